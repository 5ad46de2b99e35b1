import type { TechnicianCommand } from '../contracts/control.js';
import type { Clock } from '../contracts/clock.js';
import type { CarrierLink, LinkHello } from '../contracts/link.js';
import type { Panel } from '../contracts/panel.js';
import type { CarrierTrust } from '../contracts/trust.js';
import { KioskError } from '../errors.js';
import { NO_EPOCH } from '../fleet/messages.js';
import { kioskTopics } from '../fleet/topics.js';
import type { LastWord } from '../journal/last-word.js';
import { Listeners } from '../lib/listeners.js';
import { greeting, signedEnvelope, stateEnvelope } from './greeting.js';

/** So long until the journal is tried again, at first and at last. Milliseconds. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

interface Options {
  readonly kiosk: string;
  readonly version: string;
  readonly clock: Clock;
  /** What stands in the way: a code of the journal. */
  readonly error: KioskError;
  readonly lastWord: LastWord | undefined;
  /** Rejects as long as the journal cannot be used. */
  readonly tryJournal: () => Promise<void>;
  readonly renew: (by: string) => Promise<string>;
  readonly trust: CarrierTrust;
}

/**
 * A kiosk without its books does nothing but say so: to customers, to technicians, and to operators. It moves nothing,
 * writes nothing, and is over as soon as the journal can be used again.
 */
export class Standstill {
  readonly #options: Options;
  readonly #over = new Listeners();
  readonly #session: number;
  #error: KioskError;
  #pauseMs = FIRST_PAUSE_MS;
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#error = options.error;
    this.#session = options.lastWord?.session ?? 0;
  }

  get error(): KioskError {
    return this.#error;
  }

  /** Shows the reason, and tries the journal from now on until it can be used. */
  start(panel: Panel, link: CarrierLink): void {
    panel.show({ state: 'out-of-service', reason: this.#error.code });
    this.#again(panel, link);
  }

  /** The journal can be used again. */
  onOver(listener: () => void): void {
    this.#over.add(listener);
  }

  /** The greeting of the network process: the kiosk is there and sells nothing. */
  hello(): Promise<LinkHello> {
    const { kiosk, trust } = this.#options;
    return greeting(trust, kiosk, this.#birth(), [kioskTopics(kiosk).ack]);
  }

  /** What a technician may do without books: ask what is wrong, and begin new ones. */
  async carryOut({ command }: TechnicianCommand, by: string): Promise<Readonly<Record<string, unknown>>> {
    const { code, detail } = this.#error;
    if (command === 'status') return { state: 'out-of-service', faults: [code], ...(detail && { detail }) };
    if (command !== 'journal-renew') throw this.#error;
    const aside = await this.#options.renew(by);
    this.#end();
    return { aside };
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#over.clear();
  }

  /** Of the last session that the journal knew: the next one is newer again. */
  #birth() {
    const { lastWord, version, clock } = this.#options;
    return {
      online: true as const,
      session: this.#session,
      revision: clock.now(),
      epoch: lastWord?.epoch ?? NO_EPOCH,
      lastSeq: lastWord?.lastSeq ?? 0,
      version,
      sellable: false,
      reasons: [this.#error.code],
    };
  }

  #again(panel: Panel, link: CarrierLink): void {
    this.#cancel = this.#options.clock.after(this.#pauseMs, () => {
      this.#options.tryJournal().then(
        () => this.#end(),
        (error: unknown) => this.#stays(error, panel, link),
      );
    });
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }

  #stays(error: unknown, panel: Panel, link: CarrierLink): void {
    if (this.#closed) return;
    if (error instanceof KioskError && error.code !== this.#error.code && error.code !== 'journal.locked') {
      this.#error = error;
      panel.show({ state: 'out-of-service', reason: error.code });
      if (link.fault() === undefined) void this.#announce(link);
    }
    this.#again(panel, link);
  }

  async #announce(link: CarrierLink): Promise<void> {
    const { kiosk, trust } = this.#options;
    link.publish(await signedEnvelope(trust, stateEnvelope(kiosk, this.#birth())));
  }

  #end(): void {
    if (!this.#closed) this.#over.emit();
  }
}
