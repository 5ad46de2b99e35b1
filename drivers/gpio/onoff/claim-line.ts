import { KioskError } from '../../../src/errors.js';
import { errnoOf, gpioError } from '../system-error.js';
import { holderOf } from './holder.js';
import { exportLine, isExported, lineFolder, unexportLine } from './sysfs.js';

export interface SysfsLine {
  /** Label of the chip. */
  readonly chip: string;
  readonly line: string;
  readonly offset: number;
  /** The kernel's number of the line. */
  readonly number: number;
}

export interface ClaimOptions {
  /** Files of the line that are written to. */
  readonly files: readonly string[];
  /** Who holds a line that the kernel refuses, if it says. */
  readonly consumer?: (line: SysfsLine) => string | undefined;
  /** Says whether an exported line, though nobody is seen to have it open, is in use. */
  readonly inUse?: (number: number) => boolean;
}

/**
 * Exports a line, free of whatever a dead process left of it.
 * @throws `gpio.line-busy` with who holds it, `gpio.no-access`, `gpio.unsupported`
 */
export async function claimLine(line: SysfsLine, { files, consumer, inUse }: ClaimOptions): Promise<void> {
  const where = `${line.chip} ${line.line}`;
  try {
    if (isExported(line.number)) {
      const holder = holderOf(`${lineFolder(line.number)}/value`);
      if (holder !== undefined || inUse?.(line.number))
        throw new KioskError('gpio.line-busy', `${where}: held by ${holder ?? 'another program'}`);
      unexportLine(line.number);
    }
    await exportLine(line.number, files);
  } catch (error) {
    if (errnoOf(error) !== 'EBUSY') throw gpioError(error, where);
    const holder = consumer?.(line) ?? 'another program or the kernel';
    throw new KioskError('gpio.line-busy', `${where}: held by ${holder}`, { cause: error });
  }
}
