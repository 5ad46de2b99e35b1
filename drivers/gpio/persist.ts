import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from './system-error.js';

const PARAMETER = 'persist_gpio_outputs';

/**
 * The parameter of a chip's driver that makes an output keep its level after its program has ended: on by default in the
 * Raspberry Pi's own kernel, for `pinctrl_bcm2835` and `pinctrl_rp1`; `dtparam=strict_gpiod` turns it off
 * (raspberrypi/linux #6117, #6150). Both drivers may be in a kernel: the one of this chip counts.
 * @param chip path of the character device
 * @returns e.g. `pinctrl_bcm2835.persist_gpio_outputs`, or `undefined` when the kernel lets go of the outputs
 */
export async function keeperOfLevels(chip: string, sys = '/sys'): Promise<string | undefined> {
  try {
    const device = await realpath(join(sys, 'bus/gpio/devices', basename(await realpath(chip))));
    const driver = basename(await realpath(join(dirname(device), 'driver')));
    const module = driver.replaceAll('-', '_');
    const value = await readFile(join(sys, 'module', module, 'parameters', PARAMETER), 'utf8');
    return value.trim() === 'N' ? undefined : `${module}.${PARAMETER}`;
  } catch (error) {
    // No such chip, no driver, no such parameter.
    if (errnoOf(error) !== 'ENOENT') throw error;
    return undefined;
  }
}
