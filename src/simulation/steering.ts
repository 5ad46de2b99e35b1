import type { ErrorCode } from '../errors.js';
import { ConfigReport, hashOf, type Desired, type Settings } from '../fleet/configuration.js';
import { parseJson, type ConfigStatus, type EventData } from '../fleet/messages.js';
import { CONFIGURATION } from '../kiosk/configuration.js';
import { isBetweenVisits } from '../transaction/states.js';
import type { SettingsKind, SettingsPlan } from './plan.js';
import { AGAIN_MS, type Afar } from './world.js';

/** Whoever has invited customers for so long with settings has proved them. */
const PROVED_MS = 60_000;

/** What a kiosk says when it cannot look at faces with the settings that it has. */
const UNFIT: ErrorCode = 'face.engine-failed';

/** In the order in which settings become so. */
const RANK: Readonly<Record<ConfigStatus, number>> = {
  ...{ pending: 0, trial: 1 },
  ...{ applied: 2, refused: 2, 'rolled-back': 2 },
};
const hasEnded = (status: ConfigStatus): boolean => RANK[status] === RANK.applied;

/** Settings that the carrier wants, and all that is known of them. */
interface Wanted {
  readonly kind: SettingsKind;
  readonly desired: Desired;
  /** Lives of the service that began with them before they had proved themselves. */
  trials: number;
  ended?: ConfigStatus;
}

/**
 * The settings that a carrier wants a kiosk to have, sent until it says what became of them. A life of the service has
 * those that have proved themselves last, or tries others: once, between visits, and after that is written down.
 */
export class Steering {
  readonly #world: Afar;
  readonly #wanted = new Map<number, Wanted>();
  /** How many are wanted, those included that will be in the course of the visit. */
  #planned = 0;
  /** The last that have proved themselves. */
  #proved: Settings = {};
  /** Those of the program that runs. */
  #present: Settings | undefined;
  /** Since when that program has invited customers. */
  #openSince: number | undefined;
  /** The newest report that has arrived. */
  #reported: ConfigReport | undefined;

  constructor(world: Afar) {
    this.#world = world;
  }

  /** The kiosk has not said yet what became of the settings that are wanted. */
  get isBusy(): boolean {
    const { version, status } = this.#reported ?? NONE;
    return version < this.#planned || !hasEnded(status);
  }

  /** What stands in the way of the program's face verification because of its settings. */
  get fault(): ErrorCode | undefined {
    return this.#present && 'face.startMs' in this.#present ? UNFIT : undefined;
  }

  /** In the course of a visit. */
  plan({ kind, farewellMs, afterMs }: SettingsPlan): void {
    this.#planned += 1;
    this.#world.time.after(afterMs, () => this.#want(kind, farewellMs));
  }

  #want(kind: SettingsKind, farewellMs: number): void {
    const settings = { farewellMs, ...PECULIAR[kind] };
    const version = this.#wanted.size + 1;
    const desired = { version, hash: hashOf(kind === 'altered' ? {} : settings), settings };
    this.#wanted.set(version, { kind, desired, trials: 0 });
    this.#world.note(`wants ${version} ${kind}`);
    this.#send(desired, JSON.stringify(desired));
  }

  #send(desired: Desired, payload: string): void {
    const { time, network } = this.#world;
    if (desired.version < this.#wanted.size || !this.isBusy) return;
    network.desire(payload);
    time.after(AGAIN_MS, () => this.#send(desired, payload));
  }

  /** A program begins with these. @returns whether it survives that */
  onStart(settings: Settings): boolean {
    const { disk, note, violate } = this.#world;
    this.#present = settings;
    this.#openSince = undefined;
    if (hashOf(settings) === hashOf(this.#proved)) return true;
    const { version, hash, status } = this.#durable() ?? NONE;
    const wanted = this.#wanted.get(version);
    note(`tries ${version}`);
    if (!wanted || status !== 'trial' || hash !== hashOf(settings)) {
      violate('the program has settings that have not proved themselves, and nothing says that it tries them');
      return true;
    }
    wanted.trials += 1;
    if (wanted.trials > 1) violate('settings are tried twice');
    if (!isBetweenVisits(disk.books.transaction?.state ?? 'out-of-service'))
      violate('settings are tried before the visit has come to its end');
    return wanted.kind !== 'deadly';
  }

  /** The program ends to begin anew with other settings. */
  onAnew(): void {
    if (this.#world.invariants.isServing) this.#world.violate('settings end a visit');
  }

  onDeath(): void {
    this.#present = undefined;
  }

  onShown(state: string): void {
    if (state === 'out-of-service') this.#openSince = undefined;
    else this.#openSince ??= this.#world.time.now;
  }

  /** What became of settings is durable now. */
  onKept(): void {
    const { time, note, violate } = this.#world;
    const { version, hash, status } = this.#durable() ?? NONE;
    const wanted = this.#wanted.get(version);
    note(`settings ${version} ${status}`);
    if (!wanted) return violate('the kiosk has settings that nobody wants');
    const { kind, desired } = wanted;
    const isWrong = WRONG.has(kind);
    if (status === 'refused' ? !isWrong : isWrong) violate(`settings that are ${kind} are ${status}`);
    if (status === 'rolled-back' && this.#present && time.now - (this.#openSince ?? time.now) > PROVED_MS)
      violate('settings are given up with which the kiosk has invited customers');
    if (status !== 'applied') return;
    if (kind !== 'fit' || hash !== hashOf(this.#present ?? {}))
      violate(`settings that are ${kind} are applied untried`);
    this.#proved = desired.settings;
  }

  /** The kiosk is about to say which settings it has. */
  onSaid(payload: string): void {
    const { violate } = this.#world;
    const said = ConfigReport.parse(parseJson(payload));
    const kept = this.#durable() ?? NONE;
    if (!isLater(kept, said)) violate(`settings are said to be ${said.status} before that is written down`);
  }

  /** What was said arrives. */
  onReport(payload: string): void {
    const report = ConfigReport.parse(parseJson(payload));
    if (isLater(report, this.#reported ?? NONE)) this.#reported = report;
  }

  /** The carrier has taken the event into its books. */
  onEnded({ version, status }: EventData<'config.changed'>): void {
    const wanted = this.#wanted.get(version);
    if (!wanted) return;
    if (wanted.ended) this.#world.violate('settings come to an end twice');
    wanted.ended = status;
  }

  /** At the end, when everything was delivered. */
  conclude(): void {
    const { violate } = this.#world;
    const last = this.#wanted.get(this.#wanted.size);
    if (!last) return;
    if (this.isBusy || !last.ended) violate('nobody hears what became of settings');
    else if (last.ended !== this.#reported?.status)
      violate('settings end in one way by the report, in another by the event');
    if (hashOf(this.#present ?? {}) !== hashOf(this.#proved))
      violate('the program has other settings than those that have proved themselves last');
  }

  /** What is durable. */
  #durable(): ConfigReport | undefined {
    const text = this.#world.disk.books.kept.get(CONFIGURATION);
    return text === undefined ? undefined : (parseJson(text) as { report: ConfigReport }).report;
  }
}

const NONE: ConfigReport = {
  ...{ version: 0, hash: hashOf({}), status: 'applied', errors: [] },
  inForce: { version: 0, hash: hashOf({}) },
};

/** What makes settings what they are. */
const PECULIAR: Readonly<Record<SettingsKind, Settings>> = {
  ...{ fit: {}, altered: {} },
  unfit: { 'face.startMs': 1 },
  deadly: { 'face.answerMs': 1 },
  'not-steerable': { kiosk: 'another' },
};
/** What no kiosk may try. */
const WRONG: ReadonlySet<SettingsKind> = new Set(['altered', 'not-steerable']);

/** Whether it is what became of the same settings at that time or later, or of newer ones. */
function isLater(report: ConfigReport, than: ConfigReport): boolean {
  if (report.version !== than.version) return report.version > than.version;
  return hasEnded(than.status) ? report.status === than.status : RANK[report.status] >= RANK[than.status];
}
