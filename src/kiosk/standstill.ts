import type { TechnicianCommand } from '../contracts/control.js';
import type { Clock } from '../contracts/clock.js';
import type { CarrierLink, LinkHello } from '../contracts/link.js';
import type { Panel } from '../contracts/panel.js';
import type { CarrierTrust } from '../contracts/trust.js';
import { KioskError } from '../errors.js';
import { NO_EPOCH, type KioskBirth } from '../fleet/presence.js';
import { kioskTopics } from '../fleet/topics.js';
import type { LastWord } from '../journal/last-word.js';
import { Listeners } from '../lib/listeners.js';
import { greeting, signedEnvelope, stateEnvelope } from './greeting.js';
import { aboutEveryMinute } from './presence.js';

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
  /** 0 ≤ x < 1 */
  readonly random: () => number;
}

/**
 * A kiosk without its books does nothing but say so: to customers, to technicians, and to operators. It moves nothing,
 * writes nothing, and is over as soon as the journal can be used again.
 */
export class Standstill {
  readonly #options: Options;
  readonly #over = new Listeners();
  readonly #session: number;
  readonly #since: number;
  #error: KioskError;
  #pauseMs = FIRST_PAUSE_MS;
  #cancel: () => void = () => undefined;
  #endGreeting: () => void = () => undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#error = options.error;
    this.#session = options.lastWord?.session ?? 0;
    this.#since = options.clock.now();
  }

  get error(): KioskError {
    return this.#error;
  }

  /** Shows the reason, and tries the journal from now on until it can be used. */
  start(panel: Panel, link: CarrierLink): void {
    panel.show({ state: 'out-of-service', reason: this.#error.code });
    this.#again(panel, link);
    this.#endGreeting = aboutEveryMinute(this.#options.clock, this.#options.random, () => this.#announce(link));
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
    this.#endGreeting();
    this.#over.clear();
  }

  /** Of the last session that the journal knew: the next one is newer again. */
  #birth(): KioskBirth {
    const { lastWord, version, clock } = this.#options;
    const now = clock.now();
    return {
      online: true,
      session: this.#session,
      revision: now,
      epoch: lastWord?.epoch ?? NO_EPOCH,
      lastSeq: lastWord?.lastSeq ?? 0,
      version,
      at: new Date(now).toISOString(),
      sellable: false,
      reasons: [this.#error.code],
      state: 'out-of-service',
      since: new Date(this.#since).toISOString(),
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
      this.#announce(link);
    }
    this.#again(panel, link);
  }

  #announce(link: CarrierLink): void {
    if (link.fault() !== undefined) return;
    const { kiosk, trust } = this.#options;
    void signedEnvelope(trust, stateEnvelope(kiosk, this.#birth())).then((envelope) => link.publish(envelope));
  }

  #end(): void {
    if (!this.#closed) this.#over.emit();
  }
}
