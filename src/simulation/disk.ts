import { KioskError } from '../errors.js';
import { Books, type Commit, type Snapshot } from '../journal/books.js';
import { EMPTY_LEDGER } from '../journal/chain.js';
import type { OutboxRow } from '../journal/entry.js';
import type { Store } from '../journal/store.js';
import { never } from './clock.js';

/**
 * What happens to a commit: written and told; refused; written after a while, but the program hears of a failure; torn, so
 * that the program dies and nothing of it is found afterwards; or written only after a while.
 */
export type CommitFate = 'written' | 'refused' | 'written-but-failed' | 'torn' | 'slow';

export interface DiskHooks {
  /** Before anything is durable; may end the program. */
  readonly before: (commit: Commit) => CommitFate;
  /** All of it is durable; the program has not heard of it yet. May end the program. */
  readonly after: (commit: Commit) => void;
  /** The power goes while it is written. */
  readonly tears: () => void;
  /** The disk is slow: the work is done later, unless the program has died by then. */
  readonly later: (work: () => void) => void;
  readonly isAlive: () => boolean;
}

/** The disk: what was committed, and nothing else. It outlives every program. */
export class VirtualDisk {
  readonly #books: Books;
  /** Messages by their sequence; those below `#first` are gone. */
  #outbox: OutboxRow[] = [];
  readonly #attachments = new Map<string, string | undefined>();

  constructor(kiosk: string, epoch: string) {
    const meta = {
      ...{
        session: 0,
        lastSeq: 0,
        acknowledged: 0,
        maintenance: false,
        orderInDoubt: false,
        entry: 0,
        head: EMPTY_LEDGER,
      },
      ...{ ledger: EMPTY_LEDGER, archived: { taken: 0, retained: 0 } },
    };
    this.#books = new Books({ kiosk, epoch, meta, transaction: undefined, cards: [], batches: [], kept: new Map() });
  }

  /** What is durable now. */
  get books(): Books {
    return this.#books;
  }

  /** The disk as one program sees it. */
  mount(hooks: DiskHooks): Store {
    return {
      load: () => Promise.resolve(this.#snapshot()),
      commit: (commit) => this.#commit(commit, hooks),
      outbox: (after, upTo, limit) => Promise.resolve(this.#read(after, upTo, limit)),
      attachment: (key) => Promise.resolve(this.#attachments.get(key)),
      prunable: () => Promise.resolve(undefined),
      close: () => Promise.resolve(),
    };
  }

  #snapshot(): Snapshot {
    const { kiosk, epoch, meta, transaction, stock, kept } = this.#books;
    return { kiosk, epoch, meta, transaction, cards: [...stock.all()], batches: stock.batches(), kept: new Map(kept) };
  }

  async #commit(commit: Commit, hooks: DiskHooks): Promise<void> {
    if (!hooks.isAlive()) return never();
    const fate = hooks.before(commit);
    if (fate === 'torn' && hooks.isAlive()) hooks.tears();
    if (!hooks.isAlive()) return never();
    if (fate === 'refused') throw new KioskError('journal.unwritable', 'simulated');
    if (fate === 'slow' || fate === 'written-but-failed') await new Promise<void>((resolve) => hooks.later(resolve));
    this.#write(commit);
    hooks.after(commit);
    if (!hooks.isAlive()) return never();
    if (fate === 'written-but-failed') throw new KioskError('journal.unwritable', 'simulated');
  }

  #write(commit: Commit): void {
    this.#books.apply(commit);
    if (commit.outbox) this.#outbox.push(...commit.outbox);
    for (const { key, attachment } of commit.kept ?? []) this.#attachments.set(key, attachment);
    const { acknowledged } = commit.meta;
    let gone = 0;
    while ((this.#outbox[gone]?.seq ?? Infinity) <= acknowledged) gone += 1;
    if (gone > 0) this.#outbox.splice(0, gone);
  }

  #read(after: number, upTo: number, limit: number): readonly OutboxRow[] {
    return this.#outbox.filter(({ seq }) => seq > after && seq <= upTo).slice(0, limit);
  }
}
