import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { DocumentFields } from '../contracts/id-reader.js';
import { KioskError, type ErrorCode } from '../errors.js';
import { parseJson } from '../fleet/messages.js';
import { afterFailure, counts, isLocked, type DocumentRecord, type LockRules } from '../identity/document-lock.js';
import type { Kept } from '../journal/books.js';
import type { OutboxRow } from '../journal/entry.js';
import type { Journal } from '../journal/journal.js';
import type { TransactionEvent } from '../transaction/events.js';

const SECRET = 'document-secret';
const BELOW = 'document/';

const Secret = z.string();
const Record = z.strictObject({ lock: z.string(), pseudonym: z.string(), failures: z.int(), until: z.number() });

/** Verdicts that somebody else, or no living person, held up the document. */
const FAILED_MATCH: ReadonlySet<ErrorCode> = new Set(['face.no-match', 'face.not-live', 'face.changed']);

export interface Locked {
  readonly lock: string;
  readonly until: number;
}

/** What an event means to the lock of a document: all of it belongs into the event's own commit. */
export interface Heeded {
  readonly event: TransactionEvent;
  readonly kept: readonly Kept[];
  readonly locked?: Locked;
}

interface Options {
  readonly rules: LockRules;
  /** Draws a reference for operators. */
  readonly newLock: () => string;
  /** Draws 32 bytes. */
  readonly newSecret: () => Buffer;
}

/**
 * Documents with which too many comparisons failed: none is made with them for a while. They are known by a pseudonym, keyed
 * with a secret of this kiosk, and forgotten when their time is over or their holder's face matches.
 */
export class DocumentLocks {
  readonly #journal: Journal;
  readonly #rules: LockRules;
  readonly #newLock: () => string;
  readonly #secret: KeyObject;
  /** Records by their text, as they were read last. */
  #read = new Map<string, DocumentRecord>();

  private constructor(journal: Journal, { rules, newLock }: Options, secret: Buffer) {
    this.#journal = journal;
    this.#rules = rules;
    this.#newLock = newLock;
    this.#secret = createSecretKey(secret);
  }

  /** The secret is made the first time, and kept with the rest. */
  static async open(journal: Journal, options: Options, now: number): Promise<DocumentLocks> {
    if (journal.kept(SECRET) === undefined)
      await journal.append({
        at: now,
        event: { type: 'document.secret-made' },
        kept: [{ key: SECRET, value: JSON.stringify(options.newSecret().toString('base64url')) }],
        messages: () => [],
      });
    const secret = Secret.parse(parseJson(journal.kept(SECRET) ?? ''));
    return new DocumentLocks(journal, options, Buffer.from(secret, 'base64url'));
  }

  /** The same document always has the same pseudonym here, and nowhere else. */
  pseudonymOf({ type, issuer, number }: DocumentFields): string {
    const parts = [type, issuer, number].filter((part) => part !== undefined);
    return createHmac('sha256', this.#secret).update(parts.join(' ')).digest('base64url');
  }

  isLocked(pseudonym: string, now: number): boolean {
    return isLocked(this.#recordOf(pseudonym), this.#rules, now);
  }

  /** @param pseudonym of the visit's document, once it was checked */
  heed(event: TransactionEvent, pseudonym: string | undefined, now: number): Heeded {
    if (event.type === 'visit.started') return { event, kept: this.#expired(now) };
    const matched = event.type === 'face.matched';
    const failedMatch = event.type === 'face.failed' && FAILED_MATCH.has(event.reason);
    if (pseudonym === undefined || !(matched || failedMatch)) return { event, kept: [] };
    const record = this.#recordOf(pseudonym);
    if (matched) return { event, kept: record ? [forgotten(record)] : [] };
    const failed = afterFailure(record, { lock: this.#newLock(), pseudonym }, this.#rules, now);
    const { lock, until } = failed;
    const kept: Kept[] = [{ key: BELOW + lock, value: JSON.stringify(failed) }];
    if (record && record.lock !== lock) kept.unshift(forgotten(record));
    if (!isLocked(failed, this.#rules, now)) return { event, kept };
    return { event: { ...event, locks: true }, kept, locked: { lock, until } };
  }

  /** Nothing stays on the disk of documents whose time is over. */
  async forget(now: number): Promise<void> {
    const kept = this.#expired(now);
    if (kept.length === 0) return;
    await this.#journal.append({ at: now, event: { type: 'document.forgotten' }, kept, messages: () => [] });
  }

  /**
   * Unlocks a document before its time.
   * @param lock as in the event `document.locked`
   * @returns the messages about it
   * @throws `document.not-locked`
   */
  async unlock(lock: string, by: string, now: number): Promise<readonly OutboxRow[]> {
    const record = this.#records().find((one) => one.lock === lock);
    if (!isLocked(record, this.#rules, now) || !record) throw new KioskError('document.not-locked');
    return this.#journal.append({
      at: now,
      event: { type: 'document.unlocked' },
      kept: [forgotten(record)],
      messages: () => [{ type: 'document.unlocked', data: { lock, by } }],
    });
  }

  #recordOf(pseudonym: string): DocumentRecord | undefined {
    return this.#records().find((record) => record.pseudonym === pseudonym);
  }

  #records(): readonly DocumentRecord[] {
    const before = this.#read;
    this.#read = new Map();
    for (const text of this.#journal.keptBelow(BELOW))
      this.#read.set(text, before.get(text) ?? Record.parse(parseJson(text)));
    return [...this.#read.values()];
  }

  #expired(now: number): readonly Kept[] {
    return this.#records()
      .filter((record) => !counts(record, this.#rules, now))
      .map(forgotten);
  }
}

const forgotten = ({ lock }: DocumentRecord) => ({ key: BELOW + lock, value: undefined });
