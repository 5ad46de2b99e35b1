import { constants, open, readFile, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { KioskError } from '../errors.js';
import { parseJson } from '../fleet/messages.js';
import { sizeOf } from '../lib/size-of.js';

/**
 * What a journal said of itself after its newest commit, in a file of its own: SQLite takes a database whose write-ahead
 * log is gone, cut off or damaged for whole, only older. It is written after the commit is durable and not flushed, so it
 * may lag behind the journal after a power cut and never runs ahead of it.
 */
const LastWord = z.strictObject({
  epoch: z.uuid(),
  /** Number and hash of the newest entry of the audit log. */
  entry: z.int().nonnegative(),
  head: z.string().regex(/^[0-9a-f]{64}$/),
  session: z.int().nonnegative(),
  lastSeq: z.int().nonnegative(),
});
export type LastWord = z.infer<typeof LastWord>;

/** One sector of a disk, which is written as a whole. */
const BYTES = 512;

/**
 * @returns undefined when there is none, or when it is damaged itself: a journal is not doubted for that
 * @throws `journal.unwritable` when it is there and may not be read: what is missing in the journal would not be noticed
 */
export async function readLastWord(file: string): Promise<LastWord | undefined> {
  if ((await sizeOf(file, 'journal.unwritable')) === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KioskError('journal.unwritable', file, { cause });
  });
  const parsed = LastWord.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/** The file as its one writer has it open: made by the first word, so that opening a journal writes nothing. */
export class LastWordFile {
  readonly #path: string;
  #file: FileHandle | undefined;
  #said = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws `journal.unwritable` */
  async say(word: LastWord): Promise<void> {
    const text = JSON.stringify(word);
    if (text === this.#said) return;
    try {
      const file = this.#file ?? (await open(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600));
      this.#file = file;
      await file.write(Buffer.from(`${text.padEnd(BYTES - 1)}\n`), 0, BYTES, 0);
    } catch (cause) {
      throw new KioskError('journal.unwritable', this.#path, { cause });
    }
    this.#said = text;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}
