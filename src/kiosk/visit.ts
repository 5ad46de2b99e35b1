import type { Clock } from '../contracts/clock.js';
import type { IdDocument } from '../contracts/id-reader.js';
import type { NumberList } from '../fleet/answers.js';
import type { Mailbox } from '../fleet/mailbox.js';
import { Stopwatch } from './stopwatch.js';

/** Everything that exists in memory for one visit and is wiped at its end. */
export class Visit {
  readonly stopwatch: Stopwatch;
  #document: IdDocument | undefined;
  /** The holder's identity, sealed to the carrier. */
  sealedHolder: string | undefined;
  /** Of the document, as this kiosk knows it. */
  pseudonym: string | undefined;
  /** Where the carrier's list of the holder's numbers goes, and the list. */
  mailbox: Mailbox | undefined;
  numbers: NumberList = [];

  constructor(
    readonly transaction: string | undefined,
    clock: Clock,
  ) {
    this.stopwatch = new Stopwatch(clock);
  }

  get document(): IdDocument | undefined {
    return this.#document;
  }

  set document(document: IdDocument | undefined) {
    this.wipe();
    this.#document = document;
  }

  wipe(): void {
    this.#document?.fields.wipe();
    this.#document?.photo.wipe();
    this.#document = undefined;
    this.sealedHolder = undefined;
    this.pseudonym = undefined;
    this.mailbox = undefined;
    this.numbers = [];
  }
}
