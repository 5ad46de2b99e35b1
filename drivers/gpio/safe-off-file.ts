import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KioskError } from '../../src/errors.js';

/** An output and the level that is safe on its wire. */
export interface SafeOutput {
  readonly driver: 'chardev' | 'onoff';
  /** Path of the character device, or label of the chip in sysfs. */
  readonly chip: string;
  readonly offset: number;
  readonly line: string;
  /** Level on the wire: 0 low, 1 high. */
  readonly safe: 0 | 1;
}

/**
 * Where the outputs and their safe levels are written down for `systemd/safe-off`. In memory (`/run`): after a loss of
 * power there are no outputs any more.
 */
export class SafeOffFile {
  constructor(readonly path: string) {}

  /** The whole list, or the one before: never half of it. @throws `gpio.safe-off-unwritable` */
  async write(outputs: readonly SafeOutput[]): Promise<void> {
    const temporary = `${this.path}.${process.pid}`;
    try {
      await mkdir(dirname(this.path), { recursive: true });
      await writeFile(temporary, `${JSON.stringify({ outputs }, undefined, 2)}\n`, { mode: 0o640 });
      await rename(temporary, this.path);
    } catch (cause) {
      throw new KioskError('gpio.safe-off-unwritable', this.path, { cause });
    }
  }
}

/** Plain checks instead of a schema: `safe-off` loads nothing that it can do without. @throws SyntaxError */
export function parseSafeOutputs(text: string): SafeOutput[] {
  const list: unknown = JSON.parse(text);
  if (!isRecord(list) || !Array.isArray(list['outputs'])) throw new SyntaxError('no list of outputs');
  return list['outputs'].map((output: unknown) => {
    if (!isSafeOutput(output)) throw new SyntaxError(`not an output: ${JSON.stringify(output)}`);
    return output;
  });
}

function isSafeOutput(value: unknown): value is SafeOutput {
  if (!isRecord(value)) return false;
  const { driver, chip, offset, line, safe } = value;
  return (
    (driver === 'chardev' || driver === 'onoff') &&
    typeof chip === 'string' &&
    Number.isInteger(offset) &&
    Number(offset) >= 0 &&
    typeof line === 'string' &&
    (safe === 0 || safe === 1)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
