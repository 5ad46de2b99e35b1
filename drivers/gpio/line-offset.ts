import { KioskError } from '../../src/errors.js';

export interface LineNames {
  readonly chip: string;
  /** How many lines the chip has. */
  readonly count: number;
  /** Offsets by name as the configuration gives them: these win. */
  readonly configured: Readonly<Record<string, number>>;
  /** Offsets by name as the kernel knows them. */
  readonly known?: ReadonlyMap<string, number>;
}

/** The offset of a line given by its name, or by the offset in decimal digits. @throws `gpio.line-unknown` */
export function lineOffset(line: string, { chip, count, configured, known }: LineNames): number {
  const named = Object.hasOwn(configured, line) ? configured[line] : known?.get(line);
  const offset = named ?? (/^\d{1,5}$/.test(line) ? Number(line) : undefined);
  if (offset === undefined || offset >= count) throw new KioskError('gpio.line-unknown', `${chip} ${line}`);
  return offset;
}
