import { KernelGpio } from '../kernel-gpio.js';
import type { SafeOffFile } from '../safe-off-file.js';
import { CharacterDeviceChip, type CharacterDevice } from './chip.js';

export interface ChardevGpioOptions extends CharacterDevice {
  readonly name: string;
  readonly safeOff?: SafeOffFile;
}

/**
 * A GPIO chip through its character device (GPIO v2, kernel 5.10 and newer): lines by name, debounce and timestamps by the
 * kernel. When the program ends, in whatever way, the kernel lets go of its lines.
 */
export class ChardevGpio extends KernelGpio {
  constructor({ name, chip, lines, safeOff }: ChardevGpioOptions) {
    super({ name, open: (events) => new CharacterDeviceChip({ chip, lines }, events), ...(safeOff && { safeOff }) });
  }
}
