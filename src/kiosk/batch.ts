import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { KioskError } from '../errors.js';
import type { Journal } from '../journal/journal.js';

const ICCID = /^\d{19,20}$/;

/** The cards of a refill, in the order in which they leave the stack. */
export interface Batch {
  readonly id: string;
  readonly iccids: readonly string[];
}

/**
 * A batch file: one ICCID a line, the next card first; empty lines and lines beginning with `#` do not count.
 * The same content is the same batch, whatever the file is called.
 * @throws `stock.batch-invalid` naming the line, and the file where there is one
 */
export function parseBatch(text: string, file?: string): Batch {
  const iccids: string[] = [];
  const seen = new Set<string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (!ICCID.test(line) || seen.has(line))
      throw new KioskError('stock.batch-invalid', `${file === undefined ? '' : `${file}, `}line ${index + 1}`);
    seen.add(line);
    iccids.push(line);
  }
  return { id: createHash('sha256').update(iccids.join('\n')).digest('hex').slice(0, 16), iccids };
}

/** Loads a batch file into the stock ledger, once. @returns how many cards it brought @throws `stock.batch-invalid` */
export async function loadBatchFile(file: string, journal: Journal, now: number): Promise<number> {
  const { id, iccids } = await batchOf(file);
  return iccids.length > 0 ? journal.loadBatch(id, iccids, now) : 0;
}

/**
 * @returns undefined when the configuration names no batch file
 * @throws `stock.batch-invalid` also when it cannot be read: once it can, its cards would load by themselves
 */
export async function batchIdOf(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : (await batchOf(file)).id;
}

const batchOf = async (file: string): Promise<Batch> => parseBatch(await readBatch(file), file);

/** @throws `stock.batch-invalid` */
export function readBatch(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KioskError('stock.batch-invalid', `${file} cannot be read`, { cause });
  });
}
