import { Gpio } from 'onoff';
import { KioskError } from '../../../src/errors.js';
import { consumerOf } from '../chardev/consumer.js';
import { gpioError } from '../system-error.js';
import { claimLine, type SysfsLine } from './claim-line.js';
import { FileLock } from './lock.js';
import { lineFolder, unexportLine } from './sysfs.js';

export interface OpenLine {
  readonly gpio: Gpio;
  /** For errors: chip and line. */
  readonly where: string;
  close(): void;
}

export interface LineSettings {
  readonly direction: 'in' | 'out';
  readonly activeLow: boolean;
}

const OUTPUT_FILES = ['value', 'direction', 'active_low'];
const INPUT_FILES = [...OUTPUT_FILES, 'edge'];

/** Exports a line and hands it to `onoff`; an output is inactive from the start. @throws `gpio.…` */
export async function openLine(line: SysfsLine, { direction, activeLow }: LineSettings): Promise<OpenLine> {
  const where = `${line.chip} ${line.line}`;
  const value = `${lineFolder(line.number)}/value`;
  await claimLine(line, {
    files: direction === 'in' ? INPUT_FILES : OUTPUT_FILES,
    consumer: ({ chip, offset }) => consumerOf(chip, offset),
    inUse: () => isLocked(value),
  });
  try {
    const lock = FileLock.take(value);
    if (!lock) throw new KioskError('gpio.line-busy', `${where}: held by another program`);
    // `high` and `low` are levels on the wire, whatever the polarity.
    const start = direction === 'in' ? 'in' : activeLow ? 'high' : 'low';
    const gpio = new Gpio(line.number, start, direction === 'in' ? 'both' : 'none', { activeLow });
    const close = (): void => {
      gpio.unexport();
      lock.release();
    };
    // `onoff` says nothing of what it could not set on a line that was exported already.
    if (gpio.direction() === direction && gpio.activeLow() === activeLow) return { gpio, where, close };
    close();
    throw new KioskError('gpio.unsupported', `${where}: cannot be made ${start}`);
  } catch (error) {
    unexportLine(line.number);
    throw gpioError(error, where);
  }
}

function isLocked(file: string): boolean {
  const lock = FileLock.take(file);
  lock?.release();
  return lock === undefined;
}
