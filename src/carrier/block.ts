import { join } from 'node:path';
import { KioskError } from '../errors.js';
import { wrongIn } from '../fleet/fitting.js';
import { parseJson } from '../fleet/messages.js';
import { WrittenDocument } from './document.js';
import { pseudonymFor } from './holder.js';
import { loadKeys } from './keys.js';
import { SqliteCarrierStore } from './sqlite-store.js';

/** Whom it is about: the holder of a transaction in the books, or of a document (JSON, see {@link WrittenDocument}). */
export type Whom = { readonly transaction: string } | { readonly document: string };

/**
 * Puts a holder on the block list, or takes them off it. Only their pseudonym is written down.
 * @returns whether anything changed
 * @throws `carrier.unknown-holder`; `cli.usage` for a document that no kiosk could read; `carrier.no-books`
 */
export async function setBlocked(dir: string, whom: Whom, blocked: boolean, now: number): Promise<boolean> {
  const store = await SqliteCarrierStore.openKept(dir);
  try {
    const pseudonym = 'document' in whom ? await pseudonymOfDocument(dir, whom.document) : undefined;
    return await store.transaction(async (books) => {
      const holder = pseudonym ?? ('transaction' in whom ? (await books.sale(whom.transaction))?.pseudonym : undefined);
      if (holder === undefined) throw new KioskError('carrier.unknown-holder');
      if ((await books.isBlocked(holder)) === blocked) return false;
      await books.setBlocked(holder, blocked, now);
      return true;
    });
  } finally {
    await store.close();
  }
}

async function pseudonymOfDocument(dir: string, text: string): Promise<string> {
  const document = WrittenDocument.safeParse(parseJson(text));
  if (!document.success) throw new KioskError('cli.usage', `the document: ${wrongIn(document.error)}`);
  return pseudonymFor(document.data, await loadKeys(join(dir, 'keys.json')));
}
