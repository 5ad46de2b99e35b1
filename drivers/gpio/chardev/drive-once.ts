import { closeSync, realpathSync } from 'node:fs';
import { KioskError } from '../../../src/errors.js';
import { gpioError } from '../system-error.js';
import { setValue } from './calls.js';
import { ChipFile, type LineOfChip } from './chip-file.js';
import { outputConfig } from './line-config.js';

/** Drives one line to a level on the wire and lets go of it. @throws `gpio.…` */
export function driveOnce(path: string, line: LineOfChip, high: boolean): void {
  const chip = new ChipFile(gpioDevice(path));
  try {
    // Inactive is the level that a request starts with: the line is never driven the other way.
    const request = chip.request([line], outputConfig([{ line: line.line, activeLow: high }]));
    try {
      setValue(request, 0, false);
    } finally {
      closeSync(request);
    }
  } finally {
    chip.close();
  }
}

/** Root opens what another user has written down: nothing but GPIO chips, since opening some devices has effects. */
function gpioDevice(path: string): string {
  let device: string;
  try {
    device = realpathSync(path);
  } catch (error) {
    throw gpioError(error, path);
  }
  if (/^\/dev\/gpiochip\d+$/.test(device)) return device;
  throw new KioskError('gpio.chip-missing', `${path} is not a GPIO chip`);
}
