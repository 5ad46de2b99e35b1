import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KioskError } from '../../src/errors.js';

/** An output and the level that is safe on its wire. */
export interface SafeOutput {
  readonly driver: 'chardev' | 'onoff';
  /** Path of the character device, or label of the chip in sysfs. */
  readonly chip: string;
  readonly label: string;
  readonly offset: number;
  /** Level on the wire: 0 low, 1 high. */
  readonly safe: 0 | 1;
  readonly line: string;
}

/**
 * Where the outputs and their safe levels are written down for `systemd/safe-off`: one a line, its parts between tabs, so
 * that a shell can read it. In memory (`/run`): after a loss of power there are no outputs any more.
 */
export class SafeOffFile {
  constructor(readonly path: string) {}

  /** The whole list, or the one before: never half of it. @throws `gpio.safe-off-unwritable` */
  async write(outputs: readonly SafeOutput[]): Promise<void> {
    const temporary = `${this.path}.${process.pid}`;
    try {
      await mkdir(dirname(this.path), { recursive: true });
      await writeFile(temporary, outputs.map(formatSafeOutput).join(''), { mode: 0o640 });
      await rename(temporary, this.path);
    } catch (cause) {
      throw new KioskError('gpio.safe-off-unwritable', this.path, { cause });
    }
  }
}

function formatSafeOutput({ driver, chip, label, offset, safe, line }: SafeOutput): string {
  const parts = [driver, chip, label, String(offset), String(safe), line];
  return `${parts.map((part) => part.replaceAll(/\s/g, ' ')).join('\t')}\n`;
}

const FORM =
  /^(?<driver>chardev|onoff)\t(?<chip>[^\t]+)\t(?<label>[^\t]+)\t(?<offset>\d+)\t(?<safe>[01])\t(?<line>[^\t]*)$/;

/** @throws SyntaxError for a line of any other form; it is not shown: root reads this file, and its writer is not root */
export function parseSafeOutputs(text: string): SafeOutput[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new SyntaxError('the last line is not complete');
  return lines.map((each, i) => {
    const { driver, chip, label, offset, safe, line } = FORM.exec(each)?.groups ?? {};
    if (chip === undefined || label === undefined || line === undefined)
      throw new SyntaxError(`line ${i + 1} is not an output`);
    return {
      driver: driver === 'onoff' ? 'onoff' : 'chardev',
      chip,
      label,
      offset: Number(offset),
      safe: safe === '1' ? 1 : 0,
      line,
    };
  });
}
