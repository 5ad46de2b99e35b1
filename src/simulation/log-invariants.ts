import type { Commit, LogEntry } from '../journal/books.js';
import { EMPTY_LEDGER, linked, relabelled } from '../journal/chain.js';
import { sha256 } from '../lib/sha256.js';
import type { VirtualDisk } from './disk.js';

/** Hashes are what takes the time of a commit: they are made again for one entry in so many. */
const EVERY = 16;

const NOBODY = { state: 'out-of-service', id: undefined } as const;

/** The audit log is a chain, and says what became of messages and cards. */
export class LogInvariants {
  readonly #disk: VirtualDisk;
  readonly #say: (sentence: string) => void;

  constructor(disk: VirtualDisk, say: (sentence: string) => void) {
    this.#disk = disk;
    this.#say = say;
  }

  /** Before it is durable. */
  onCommit({ meta, entry, transaction, cards = [], removed = [], outbox = [] }: Commit): void {
    const { books } = this.#disk;
    const before = books.meta;
    if (!entry) {
      if (meta.head !== before.head) this.#say('the head of the audit log moves without an entry');
      return;
    }
    if (entry.id !== before.entry + 1 || meta.entry !== entry.id || meta.head !== entry.hash)
      this.#say('an entry of the audit log is not the next one');
    if (entry.messages.length !== outbox.length || entry.seq !== meta.lastSeq)
      this.#say('an entry of the audit log does not say which messages went out');
    const { state, id } = transaction ?? books.transaction ?? NOBODY;
    if (entry.state !== state || (id !== undefined && entry.transaction !== id))
      this.#say('an entry of the audit log names another state or visit');
    const isMove = cards.length + removed.length > 0;
    if (meta.ledger !== entry.ledger || (meta.ledger !== before.ledger) !== isMove)
      this.#say('an entry of the audit log does not say that cards moved');
    if (entry.id % EVERY === 0) this.#chain(entry, before.head, outbox);
  }

  /** At the end. */
  conclude(): void {
    const { stock, meta } = this.#disk.books;
    if (relabelled(EMPTY_LEDGER, [], [...stock.all()]) !== meta.ledger)
      this.#say('the digest of the ledger is not that of its cards');
  }

  #chain(entry: LogEntry, head: string, outbox: NonNullable<Commit['outbox']>): void {
    if (linked(entry, head).hash !== entry.hash || linked(entry, EMPTY_LEDGER).hash === entry.hash)
      this.#say('an entry of the audit log is not chained to the one before it');
    if (outbox.some(({ payload }, index) => sha256(payload) !== entry.messages[index]))
      this.#say('an entry of the audit log has the hash of another message');
  }
}
