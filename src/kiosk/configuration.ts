import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../contracts/clock.js';
import { codeOf, KioskError, type ErrorCode } from '../errors.js';
import { ConfigReport, Desired, hashOf, type Settings } from '../fleet/configuration.js';
import { parseJson, Reason, type Fault } from '../fleet/messages.js';
import type { OutboxRow } from '../journal/entry.js';
import type { Journal } from '../journal/journal.js';
import { withResolvers } from '../lib/with-resolvers.js';
import { isBetweenVisits } from '../transaction/states.js';
import type { Kiosk } from './kiosk.js';

/** What the journal keeps of the carrier's settings. */
const Stored = z.strictObject({
  report: ConfigReport,
  /** While they wait, or are tried: the settings of the report. */
  desired: Desired.exactOptional(),
  /** The settings that have proved themselves last. */
  inForce: Desired.exactOptional(),
  /** What stood in the way of a sale with the settings that have proved themselves last. */
  before: z.array(Reason).exactOptional(),
});
type Stored = z.infer<typeof Stored>;

/** Under this the journal keeps what became of them. */
export const CONFIGURATION = 'configuration';
const NOTHING = { version: 0, hash: hashOf({}) };
const NEW: Stored = { report: { ...NOTHING, status: 'applied', errors: [], inForce: NOTHING } };

function read(journal: Pick<Journal, 'kept'>): Stored {
  const text = journal.kept(CONFIGURATION);
  if (text === undefined) return NEW;
  const stored = Stored.safeParse(parseJson(text));
  if (!stored.success) throw new KioskError('journal.corrupt', 'stored configuration');
  return stored.data;
}

/** Writes down what became of settings; an end is an event. */
async function keep(journal: Journal, at: number, stored: Stored): Promise<readonly OutboxRow[]> {
  const { version, hash, status, errors } = stored.report;
  return journal.append({
    at,
    event: { type: `config.${status}`, reason: errors[0]?.code },
    kept: [{ key: CONFIGURATION, value: JSON.stringify(stored) }],
    messages: () =>
      status === 'pending' || status === 'trial'
        ? []
        : [{ type: 'config.changed', data: { version, hash, status, errors } }],
  });
}

/**
 * Which settings this life of the service has, before anything is made of them. Those that wait are tried from now on;
 * those whose trial the last life did not survive are given up.
 * @param check throws what is wrong with settings
 */
export async function settingsAtStart(
  journal: Journal,
  clock: Clock,
  check: (settings: Settings) => void,
): Promise<Settings> {
  const stored = read(journal);
  const { report, desired, inForce } = stored;
  const put = (next: Stored): Promise<unknown> => keep(journal, clock.now(), next);
  if (report.status === 'trial') {
    await put(givenUp(stored, 'the service ended during the trial'));
  } else if (report.status === 'pending' && desired && !isInVisit(journal)) {
    const wrong = faultIn(desired.settings, check);
    if (!wrong) {
      await put({ ...stored, report: { ...report, status: 'trial' } });
      return desired.settings;
    }
    await put({ report: { ...report, status: 'refused', errors: [wrong] }, ...(inForce && { inForce }) });
  }
  if (!inForce) return {};
  const wrong = faultIn(inForce.settings, check);
  if (!wrong) return inForce.settings;
  // The file at the kiosk has changed since, and they do not go together any more.
  const { version, hash } = inForce;
  await put({ report: { version, hash, status: 'refused', errors: [wrong], inForce: NOTHING } });
  return {};
}

function faultIn(settings: Settings, check: (settings: Settings) => void): Fault | undefined {
  try {
    check(settings);
    return undefined;
  } catch (error) {
    if (!(error instanceof KioskError)) throw error;
    const { code, detail } = error;
    return { code, ...(detail && { detail: detail.slice(0, 512) }) };
  }
}

const isInVisit = (journal: Journal): boolean => {
  return !isBetweenVisits(journal.transaction()?.state ?? 'out-of-service');
};

function givenUp({ report, inForce }: Stored, detail: string): Stored {
  const errors: Fault[] = [{ code: 'config.unhealthy', detail }];
  return { report: { ...report, status: 'rolled-back', errors }, ...(inForce && { inForce }) };
}

interface Office {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly kiosk: Pick<Kiosk, 'exclusively' | 'inVisit' | 'onReviewed' | 'faults'>;
  readonly check: (settings: Settings) => void;
  /** How long settings have to prove themselves. Milliseconds. */
  readonly trialMs: number;
  /** Ends this life of the service; the next one begins with other settings. */
  readonly beginAnew: () => void;
  readonly send: (rows: readonly OutboxRow[]) => void;
  readonly report: (report: ConfigReport) => void;
  readonly onFatal: (error: unknown) => void;
}

/**
 * The settings that the carrier wants: checked whole, put in place between visits, and taken back by themselves when the
 * kiosk does not become as healthy with them as it was before.
 */
export class SteeredConfiguration {
  readonly #office: Office;
  #stored: Stored;
  /** This life of the service has settings that have not proved themselves, also when others are wanted by now. */
  #unproven: boolean;
  #work: Promise<void> = Promise.resolve();
  #cancelTrial: () => void = () => undefined;
  readonly #over = withResolvers<undefined>();
  #isOver = false;

  constructor(office: Office) {
    this.#office = office;
    this.#stored = read(office.journal);
    this.#unproven = this.#stored.report.status === 'trial';
    const { kiosk, clock, trialMs } = office;
    kiosk.onReviewed(() => {
      if (this.#unproven || this.#stored.report.status === 'pending') this.#do(() => this.#look());
    });
    if (this.#unproven) this.#cancelTrial = clock.after(trialMs, () => this.#do(() => this.#giveUp()));
  }

  /** Says to the carrier which settings there are: it sends others if it wants others. */
  report(): void {
    this.#office.report(this.#stored.report);
  }

  /** The carrier wants these. */
  take(desired: Desired): void {
    this.#do(() => this.#take(desired));
  }

  close(): void {
    this.#isOver = true;
    this.#over.resolve(undefined);
    this.#cancelTrial();
  }

  async #take(desired: Desired): Promise<void> {
    const { report, inForce } = this.#stored;
    const { version, hash, settings } = desired;
    // Known, or older than what is known: the report says so.
    if (version <= report.version) {
      this.report();
      return;
    }
    const wrong = this.#wrongWith(desired);
    const about = { ...report, version, hash, errors: [] };
    const kept = { ...(inForce && { inForce }), ...(this.#unproven && { before: this.#before }) };
    if (wrong) {
      await this.#keep({ ...kept, report: { ...about, status: 'refused', errors: [wrong] } });
      return this.#look();
    }
    if (hashOf(settings) === hashOf(inForce?.settings ?? {}) && !this.#unproven)
      return this.#keep({ inForce: desired, report: { ...about, status: 'applied', inForce: { version, hash } } });
    await this.#keep({ ...kept, desired, report: { ...about, status: 'pending' } });
    await this.#look();
  }

  /** What stands in the way of a sale with the settings that have proved themselves last. */
  get #before(): ErrorCode[] {
    return this.#unproven ? (this.#stored.before ?? []) : [...this.#office.kiosk.faults];
  }

  #wrongWith({ hash, settings }: Desired): Fault | undefined {
    return hash === hashOf(settings) ? faultIn(settings, this.#office.check) : { code: 'config.hash' };
  }

  /** The kiosk is between two visits, and knows what stands in the way of the next. */
  async #look(): Promise<void> {
    const { report, desired } = this.#stored;
    const { kiosk } = this.#office;
    if (kiosk.inVisit) return;
    if (report.status === 'pending') return this.#beginAnew(() => ({ ...this.#stored, before: this.#before }));
    if (!this.#unproven) return;
    // Others were wanted, and refused: those that have proved themselves are due.
    if (!desired) return this.#beginAnew();
    if (!isAsHealthy(kiosk.faults, this.#before)) return;
    this.#cancelTrial();
    this.#unproven = false;
    const { version, hash } = desired;
    await this.#keep({ inForce: desired, report: { ...report, status: 'applied', inForce: { version, hash } } });
  }

  /** The time of the trial is over. */
  async #giveUp(): Promise<void> {
    if (this.#stored.report.status !== 'trial') return;
    const { kiosk, trialMs } = this.#office;
    await this.#beginAnew(() => givenUp(this.#stored, `after ${trialMs} ms: ${kiosk.faults.join(', ')}`));
  }

  /** Ends this life of the service, in which nobody is invited any more; with this written down, if anything is new. */
  async #beginAnew(next?: () => Stored): Promise<void> {
    const { kiosk, beginAnew } = this.#office;
    try {
      await kiosk.exclusively(async () => {
        if (next) await this.#keep(next());
        this.#cancelTrial();
        beginAnew();
        await this.#over.promise;
      });
    } catch (error) {
      // Somebody is being served: the next look comes when the visit is over.
      if (codeOf(error) !== 'control.not-now') throw error;
    }
  }

  async #keep(stored: Stored): Promise<void> {
    const { journal, clock, log, send } = this.#office;
    const rows = await keep(journal, clock.now(), stored);
    this.#stored = stored;
    const { version, status, errors } = stored.report;
    log.info({ version, status, errors }, 'settings');
    send(rows);
    this.report();
  }

  #do(work: () => Promise<void>): void {
    this.#work = this.#work
      .then(() => (this.#isOver ? undefined : work()))
      .catch((error: unknown) => this.#office.onFatal(error));
  }
}

/** It can sell, or nothing stands in its way that did not before. */
export function isAsHealthy(faults: readonly ErrorCode[], before: readonly ErrorCode[]): boolean {
  return faults.every((fault) => before.includes(fault));
}
