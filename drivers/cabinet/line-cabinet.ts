import type { Cabinet } from '../../src/contracts/cabinet.js';
import type { GpioChip } from '../../src/contracts/gpio.js';

/** STUB */
export class LineCabinet implements Cabinet {
  readonly name = 'cabinet';

  constructor(
    readonly gpio: GpioChip,
    readonly config: object,
  ) {}

  fault = () => undefined;
  onChange = () => () => undefined;
  doorOpen = () => false;
  onDoor = () => () => undefined;
  onInput = () => () => undefined;
  show = () => undefined;
  close = () => Promise.resolve();
}
