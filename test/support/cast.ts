import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkCharacter } from '../../src/identity/gb11643.js';
import { modelsDir } from '../../src/lib/paths.js';

/** One of the photographs that set-up fetched, 1…7. */
export const portrait = (person: number): string => join(modelsDir, 'cast', `person-${person}.jpg`);

/** A number with the right check digit (GB 11643). */
export function citizenNumber(birth: string, sequence = 1): string {
  const digits = `110101${birth}${String(sequence).padStart(3, '0')}`;
  return digits + checkCharacter(digits);
}

/** A document that is good in every way, but for what the test changes. */
export function resident(person: number, changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  const birth = changes['birth'] ?? '19900101';
  return {
    type: 'resident',
    name: '测试',
    sex: '2',
    birth,
    number: citizenNumber(birth, person),
    validFrom: '20200101',
    validTo: '20400101',
    photo: portrait(person),
    ...changes,
  };
}

/** A passport that is good in every way, but for what the test changes. */
export function passport(person: number, changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    type: 'mrz',
    name: 'MUSTERMANN, ERIKA',
    sex: 'F',
    birth: '19900101',
    number: `C01X0006${person}`,
    nationality: 'D',
    validTo: '20400101',
    photo: portrait(person),
    ...changes,
  };
}

export interface CastVisitor {
  readonly document?: Readonly<Record<string, string>>;
  readonly faces?: readonly string[];
  readonly service?: string;
  readonly choice?: number;
  readonly notMine?: number;
  readonly behaviour?: string;
  readonly clip?: string;
  readonly attack?: string;
}

/** Somebody with their own document and face. */
export const holder = (person: number, more: CastVisitor = {}): CastVisitor => ({
  document: resident(person),
  faces: [portrait(person)],
  ...more,
});

export async function writeCast(file: string, visitors: readonly CastVisitor[], cards = 20): Promise<string> {
  await writeFile(file, JSON.stringify({ cards, visitors }));
  return file;
}
