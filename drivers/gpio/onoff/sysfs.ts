import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { KioskError } from '../../../src/errors.js';
import { errnoOf, gpioError } from '../system-error.js';

/** GPIO through sysfs: Documentation/admin-guide/gpio/sysfs.rst of the kernel. `onoff` knows no other place. */
const ROOT = '/sys/class/gpio';
/** udev gives the files of a line to the group some time after they appear. */
const ACCESS_MS = 1_000;
const ACCESS_STEP_MS = 5;

export interface SysfsChip {
  readonly label: string;
  /** Number of the chip's first line: 0 on old kernels, from 512 on kernels since 6.6. */
  readonly base: number;
  readonly count: number;
  readonly folder: string;
}

/** @throws `gpio.unsupported` for a kernel without sysfs GPIO, `gpio.chip-missing` when no chip, or several, have the label */
export function findChip(label: string): SysfsChip {
  if (!existsSync(ROOT)) throw new KioskError('gpio.unsupported', `${label}: no ${ROOT}`);
  const found = readdirSync(ROOT)
    .filter((entry) => /^gpiochip\d+$/.test(entry))
    .map((entry) => `${ROOT}/${entry}`)
    .filter((folder) => labelOf(folder) === label);
  const [folder] = found;
  if (folder === undefined) throw new KioskError('gpio.chip-missing', label);
  if (found.length > 1) throw new KioskError('gpio.chip-missing', `${label}: ${found.length} chips have this label`);
  try {
    return { label, folder, base: numberIn(`${folder}/base`), count: numberIn(`${folder}/ngpio`) };
  } catch (error) {
    throw gpioError(error, label);
  }
}

/** @throws `gpio.chip-missing` when the chip is gone, or another has its numbers */
export function checkChip({ label, folder }: SysfsChip): void {
  if (labelOf(folder) !== label) throw new KioskError('gpio.chip-missing', label);
}

/** The folder of an exported line. */
export function lineFolder(number: number): string {
  return `${ROOT}/gpio${number}`;
}

export function isExported(number: number): boolean {
  return existsSync(lineFolder(number));
}

/**
 * Exports a line and waits until this user may use it, 1 s at most. (`onoff` would wait in a busy loop.)
 * @throws an error of the system, or `gpio.unsupported` for a line that appears under another name
 */
export async function exportLine(number: number, files: readonly string[]): Promise<void> {
  writeFileSync(`${ROOT}/export`, String(number));
  try {
    if (!isExported(number)) throw new KioskError('gpio.unsupported', `the line is not exported as gpio${number}`);
    await Promise.all(files.map((file) => accessible(number, file)));
  } catch (error) {
    unexportLine(number);
    throw error;
  }
}

/** Does nothing for a line that is not exported, or gone with its chip. */
export function unexportLine(number: number): void {
  try {
    writeFileSync(`${ROOT}/unexport`, String(number));
  } catch (error) {
    if (errnoOf(error) !== 'EINVAL') throw error;
  }
}

/** Drives an exported line, whatever its polarity is said to be. */
export function driveRaw(number: number, level: 0 | 1): void {
  writeFileSync(`${lineFolder(number)}/direction`, level === 1 ? 'high' : 'low');
}

async function accessible(number: number, file: string): Promise<void> {
  const path = `${lineFolder(number)}/${file}`;
  for (let waited = 0; ; waited += ACCESS_STEP_MS) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
      return;
    } catch (error) {
      // Lines without interrupts have no `edge`.
      if (errnoOf(error) === 'ENOENT' && isExported(number))
        throw new KioskError('gpio.unsupported', `the line has no ${file}`, { cause: error });
      if (errnoOf(error) !== 'EACCES' || waited >= ACCESS_MS) throw error;
    }
    await pause(ACCESS_STEP_MS);
  }
}

function labelOf(folder: string): string | undefined {
  try {
    return readFileSync(`${folder}/label`, 'utf8').trim();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function numberIn(file: string): number {
  return Number(readFileSync(file, 'utf8'));
}
