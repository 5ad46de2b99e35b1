import { KernelGpio } from '../kernel-gpio.js';
import type { SafeOffFile } from '../safe-off-file.js';
import { SysfsChipLines, type SysfsGpio } from './chip.js';

export interface OnoffGpioOptions extends SysfsGpio {
  readonly name: string;
  readonly safeOff?: SafeOffFile;
}

/**
 * A GPIO chip through sysfs and npm `onoff`, for kernels before 5.10: lines by offset, debounce and timestamps by this
 * program, no bias. **When the program is killed its outputs stay as they are**: `systemd/safe-off` must follow.
 */
export class OnoffGpio extends KernelGpio {
  constructor({ name, label, lines, safeOff }: OnoffGpioOptions) {
    super({ name, open: (events) => new SysfsChipLines({ label, lines }, events), ...(safeOff && { safeOff }) });
  }
}
