import type { z } from 'zod';
import { KioskError } from '../errors.js';
import { parseJson } from '../fleet/messages.js';
import { writeNew } from '../lib/durable-file.js';
import { readIfThere } from '../lib/read-if-there.js';

const UNUSABLE = 'carrier.books-unusable';

/** What a file of the carrier's secrets holds; undefined when it is not there. @throws `carrier.books-unusable` */
export async function readSecret<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readIfThere(file, UNUSABLE);
  if (text === undefined) return undefined;
  const stored = schema.safeParse(parseJson(text));
  // What is wrong in it stays unsaid: it is a secret.
  if (!stored.success) throw new KioskError(UNUSABLE, file);
  return stored.data;
}

/** One that is there already stays. @throws `carrier.books-unusable` */
export async function makeSecret(file: string, secret: object): Promise<void> {
  await writeNew(file, JSON.stringify(secret)).catch((cause: unknown) => {
    throw new KioskError(UNUSABLE, `${file} cannot be written`, { cause });
  });
}
