import type { Config } from '../../src/config/schema.js';
import type { Cabinet } from '../../src/contracts/cabinet.js';
import type { GpioChip } from '../../src/contracts/gpio.js';

/** STUB */
export class LineCabinet implements Cabinet {
  readonly name = 'cabinet';
  constructor(_gpio: GpioChip, _config: Config['cabinet']) {}
  fault = () => undefined;
  onChange = () => () => undefined;
  doorOpen = () => false;
  onDoor = () => () => undefined;
  onInput = () => () => undefined;
  show = () => undefined;
  close = () => Promise.resolve();
}
