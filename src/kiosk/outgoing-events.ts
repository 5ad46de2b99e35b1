import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.js';
import type { OutboxRow } from '../journal/entry.js';
import type { Journal } from '../journal/journal.js';

/** So many unacknowledged events may be under way. */
const WINDOW = 64;
/** Without an acknowledgement for so long, everything unacknowledged is sent again. Milliseconds. */
const RESEND_MS = 10_000;
/** A gap is asked for by every event behind it; for so long what fills it is under way. Milliseconds. */
const REPLAY_MS = 1_000;
/** Acknowledgements that no commit has taken along for so long are written by themselves, as those of a window are. Milliseconds. */
const WRITE_MS = 3_000;

interface Way {
  /** Whether there is a way to the carrier now. */
  readonly isOpen: () => boolean;
  readonly publish: (row: OutboxRow) => void;
}

interface Options {
  readonly clock: Clock;
  readonly log: Logger;
  /** The journal cannot be read or written. */
  readonly onFatal: (error: unknown) => void;
}

/** Sends the journal's events in their order, a window of them ahead of the carrier's acknowledgement, and again without one. */
export class OutgoingEvents {
  readonly #journal: Journal;
  readonly #way: Way;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #onFatal: (error: unknown) => void;
  /** How far acknowledgements were written by themselves. */
  #written: number;
  #sent: number;
  #pumping = false;
  readonly #replayed = { from: 0, at: 0 };
  #cancelWatch: () => void = () => undefined;
  #closed = false;

  constructor(journal: Journal, way: Way, { clock, log, onFatal }: Options) {
    this.#journal = journal;
    this.#way = way;
    this.#clock = clock;
    this.#log = log;
    this.#onFatal = onFatal;
    this.#sent = this.#written = this.#acknowledged;
  }

  get #acknowledged(): number {
    return this.#journal.messages().acknowledged;
  }

  /** Sends what was just committed, and whatever else waits, as far as the window allows. */
  send(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      if (row.seq !== this.#sent + 1 || this.#sent - this.#acknowledged >= WINDOW) break;
      this.#publish(row);
    }
    this.#watchAcknowledgement();
    this.#pump();
  }

  resend(why: string): void {
    if (this.#sent > this.#acknowledged) this.#log.info({ why, from: this.#acknowledged + 1 }, 'sending again');
    this.#sent = this.#acknowledged;
    this.#write();
    this.#watchAcknowledgement();
    this.#pump();
  }

  /** Sends one again that was sent already, acknowledged or not: whoever waits for the answer to it has not got any. */
  repeat(row: OutboxRow): void {
    if (row.seq <= this.#sent && this.#way.isOpen()) this.#way.publish(row);
  }

  /** The carrier misses events from this one on. */
  replay(from: number): void {
    const now = this.#clock.monotonic();
    const replayed = this.#replayed;
    if (from === replayed.from && now - replayed.at < REPLAY_MS) return;
    replayed.from = from;
    replayed.at = now;
    this.#sent = Math.max(this.#acknowledged, Math.min(this.#sent, from - 1));
    this.#pump();
  }

  /** @returns whether the carrier says anything new */
  acknowledge(epoch: string, upTo: number): boolean {
    if (!this.#journal.acknowledge(epoch, upTo)) return false;
    this.#sent = Math.max(this.#sent, upTo);
    if (upTo - this.#written >= WINDOW) this.#write();
    this.#watchAcknowledgement();
    this.#pump();
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#cancelWatch();
  }

  #publish(row: OutboxRow): void {
    this.#sent = row.seq;
    this.#way.publish(row);
  }

  #watchAcknowledgement(): void {
    this.#cancelWatch();
    if (this.#closed) return;
    this.#cancelWatch =
      this.#acknowledged < this.#journal.lastSeq()
        ? this.#clock.after(RESEND_MS, () => this.resend('no acknowledgement'))
        : this.#clock.after(WRITE_MS, () => this.#write());
  }

  #write(): void {
    this.#written = this.#acknowledged;
    this.#journal.writeAcknowledged().catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (!this.#closed) this.#onFatal(error);
  }

  /** Reads on from the journal while the window has room. One at a time. */
  #pump(): void {
    const room = WINDOW - (this.#sent - this.#acknowledged);
    if (this.#pumping || this.#closed || !this.#way.isOpen() || room <= 0) return;
    if (this.#sent >= this.#journal.lastSeq()) return;
    this.#pumping = true;
    const after = this.#sent;
    void this.#journal
      .unacknowledged(room, after)
      .then((rows) => {
        this.#pumping = false;
        if (this.#sent !== after) return this.#pump();
        for (const row of rows) this.#publish(row);
        if (rows.length > 0) this.#pump();
      })
      .catch((error: unknown) => {
        this.#pumping = false;
        this.#fail(error);
      });
  }
}
