import { ASKS, type Ask } from '../fleet/answers.js';
import type { CommandName } from '../fleet/commands.js';
import type { ServiceName } from '../transaction/services.js';
import { stateNames, type StateName } from '../transaction/states.js';
import type { CommitFate } from './disk.js';
import type { Motor, SensorName } from './machine.js';
import type { Service } from './network.js';

export const FAULTS = [
  'crash',
  'crash-again',
  'power-loss',
  'write-refused',
  'write-unheard',
  'write-torn',
  'write-slow',
  'jam',
  'double-feed',
  'sensor-lies',
  'sensor-bounces',
  'card-pulled',
  'reader-gone',
  'reader-frames-lost',
  'camera-gone',
  'engine-failed',
  'dispenser-gone',
  'messages-lost',
  'messages-doubled',
  'messages-late',
  'messages-reordered',
  'broker-gone',
  'carrier-gone',
  'carrier-refuses',
  'carrier-silent',
  'carrier-late',
  'carrier-dies',
  'answer-lost',
  'clock-jumps',
  'customer-leaves',
  'customer-cancels',
  'door-opened',
  'technician-meddles',
  'scanner-dirty',
  'unit-off',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Those with which the program may be dead for a while, or wait for its disk. */
export const STALLING: ReadonlySet<Fault> = new Set([
  ...(['crash', 'crash-again', 'power-loss', 'write-refused', 'write-unheard', 'write-torn', 'write-slow'] as const),
]);

/** Whether any of these goes wrong in a visit. */
export const suffers = ({ faults }: VisitPlan, from: ReadonlySet<Fault>): boolean =>
  faults.some((fault) => from.has(fault));

/** How often each fault is drawn for a visit: a probability for all, or by name. */
export const PROFILES = {
  none: {},
  default: {
    ...Object.fromEntries(FAULTS.map((fault) => [fault, 0.02])),
    ...{ crash: 0.1, 'messages-lost': 0.1, 'messages-doubled': 0.1, 'messages-late': 0.1, 'messages-reordered': 0.1 },
    // Until a technician comes, nothing is sold.
    ...{ 'customer-leaves': 0.1, 'scanner-dirty': 0.005 },
  },
  rough: Object.fromEntries(FAULTS.map((fault) => [fault, 0.15])),
} as const satisfies Record<string, Readonly<Partial<Record<Fault, number>>>>;
export type Profile = keyof typeof PROFILES;

export function isProfile(text: string): text is Profile {
  return Object.hasOwn(PROFILES, text);
}

export const BAD_DOCUMENTS = [
  'none',
  'unreadable',
  'expired',
  'early',
  'young',
  'foreign',
  'nameless',
  'wrong',
] as const;
export type DocumentPlan = 'good' | (typeof BAD_DOCUMENTS)[number];

/** What an operator wants in the course of a visit. */
export interface OrderPlan {
  readonly type: CommandName;
  readonly afterMs: number;
  /** Until its deadline. */
  readonly lastsMs: number;
  readonly whenIdle: boolean;
}

/** Settings that can be applied; with which nobody can be looked at; with which the program dies; and those that are refused. */
export const SETTINGS = ['fit', 'unfit', 'deadly', 'altered', 'not-steerable'] as const;
export type SettingsKind = (typeof SETTINGS)[number];

/** Other settings that the carrier wants from then on. */
export interface SettingsPlan {
  readonly kind: SettingsKind;
  readonly afterMs: number;
  readonly farewellMs: number;
}

/** One visit: what the customer does, and what goes wrong in it. Drawn before it begins, from the seed and its number alone. */
export interface VisitPlan {
  readonly faults: readonly Fault[];
  /** A holder comes again now and then. */
  readonly holder: number;
  readonly comesFor: ServiceName;
  /** Of the numbers shown, one is said to be somebody else's. */
  readonly disputes: boolean;
  readonly arrivesMs: number;
  readonly reactsMs: number;
  /** Until the next one comes. */
  readonly breakMs: number;
  readonly consents: boolean;
  readonly document: DocumentPlan;
  readonly matches: boolean;
  readonly takes: boolean;
  /** Boundaries of commits and effects, counted from the start of the visit, at which the program dies. */
  readonly crashes: ReadonlySet<number>;
  /** What moves goes on for a moment when the power is gone. */
  readonly coasts: boolean;
  readonly restartMs: number;
  readonly commitFates: ReadonlyMap<number, CommitFate>;
  readonly slowMs: number;
  readonly jams: { readonly motor: Motor; readonly hard: boolean } | undefined;
  readonly lie:
    { readonly sensor: SensorName; readonly says: boolean; readonly state: StateName; readonly ms: number } | undefined;
  /** Opened and closed so many times. */
  readonly bounce:
    | { readonly sensor: SensorName; readonly state: StateName; readonly times: number; readonly everyMs: number }
    | undefined;
  readonly leavesAt: StateName | undefined;
  readonly cancelsAt: StateName | undefined;
  readonly doorAt: StateName | undefined;
  /** A technician tries the machine while somebody is served. */
  readonly meddlesAt: StateName | undefined;
  readonly goneMs: number;
  readonly goneAt: StateName;
  readonly jumpMs: number;
  readonly service: Service;
  /** The ask that a carrier refuses, answers too late or not at all. */
  readonly hinders: Ask;
  readonly order: OrderPlan | undefined;
  readonly settings: readonly SettingsPlan[];
}

const SERVICES = [
  ['carrier-refuses', 'refuses'],
  ['carrier-silent', 'silent'],
  ['carrier-dies', 'dies-after-commit'],
  ['answer-lost', 'loses-answer'],
  ['carrier-late', 'late'],
] as const satisfies readonly (readonly [Fault, Service])[];

const VISIT_STATES = stateNames.filter((state) => state !== 'idle' && state !== 'out-of-service');
const HOLDERS = 400;
/** Some more than a sale has. */
const BOUNDARIES = 64;
const COMMITS = 24;
const HOUR = 3_600_000;
/** How often nobody comes for long. */
const LONELY = 0.02;
const [SHORT_BREAK_MS, LONG_BREAK_MS] = [1_000, 900_000];

/** How often an operator wants something: each start of a program reads again what was wanted of late. */
const ORDERED = 0.005;
const ORDERS = ['out-of-service', 'restart', 'stock-report', 'retain-card'] as const satisfies readonly CommandName[];

/** How often other settings are wanted. */
const STEERED = 0.003;
/** Few, so that the same ones come again. */
const FAREWELLS = 3;
/** Longer than it takes to begin with them. */
const AFTER_ANOTHER_MS = 30_000;

/** A disk that is slow is so for more than one write. */
const slowFrom = (write: number): readonly (readonly [number, CommitFate])[] => [
  [write, 'slow'],
  [write + 1, 'slow'],
];

/** Whether somebody may have a card, or see numbers, at all. */
export const isEntitled = ({ matches, document, consents }: VisitPlan): boolean =>
  matches && document === 'good' && consents;

/** @param muted faults that do not happen, whatever is drawn: the rest of the visit stays the same */
export function drawPlan(random: () => number, profile: Profile, muted: ReadonlySet<Fault>): VisitPlan {
  const odds: Readonly<Partial<Record<Fault, number>>> = PROFILES[profile];
  const drawn = FAULTS.filter((fault) => random() < (odds[fault] ?? 0));
  const faults = drawn.filter((fault) => !muted.has(fault));
  const has = (fault: Fault): boolean => faults.includes(fault);
  const upTo = (n: number): number => Math.floor(random() * n);
  const one = <T>(of: readonly [T, ...T[]]): T => of[upTo(of.length)] ?? of[0];
  const state = (): StateName => VISIT_STATES[upTo(VISIT_STATES.length)] ?? 'consent';
  const [first, second, third] = [upTo(BOUNDARIES), upTo(20), upTo(BOUNDARIES)];
  const [write, slow] = [upTo(COMMITS), upTo(COMMITS)];
  return {
    faults,
    holder: upTo(HOLDERS),
    comesFor: comesFor(random()),
    disputes: random() < 0.5,
    arrivesMs: 100 + upTo(2_000),
    reactsMs: 300 + upTo(2_000),
    breakMs: random() < LONELY ? LONG_BREAK_MS : SHORT_BREAK_MS,
    consents: random() > 0.02,
    document: random() > 0.1 ? 'good' : one(BAD_DOCUMENTS),
    matches: random() > 0.05,
    takes: random() > 0.05,
    crashes: new Set([
      ...(has('crash') || has('crash-again') ? [first] : []),
      ...(has('crash-again') ? [first + 1 + second] : []),
      ...(has('power-loss') ? [third] : []),
    ]),
    coasts: has('power-loss') && random() < 0.5,
    restartMs: 500 + upTo(5_000),
    commitFates: new Map<number, CommitFate>([
      ...(has('write-slow') ? slowFrom(slow) : []),
      ...(has('write-refused') ? ([[write, 'refused']] as const) : []),
      ...(has('write-unheard') ? ([[write, 'written-but-failed']] as const) : []),
      ...(has('write-torn') ? ([[write, 'torn']] as const) : []),
    ]),
    slowMs: 100 + upTo(20_000),
    jams: has('jam') ? { motor: one(['feed', 'present', 'retain']), hard: random() < 0.5 } : undefined,
    lie: has('sensor-lies')
      ? { sensor: one(['transport', 'exit']), says: random() < 0.5, state: state(), ms: 1_000 + upTo(90_000) }
      : undefined,
    bounce: has('sensor-bounces')
      ? { sensor: one(['transport', 'exit']), state: state(), times: 1 + upTo(8), everyMs: 25 + upTo(500) }
      : undefined,
    leavesAt: has('customer-leaves') ? state() : undefined,
    cancelsAt: has('customer-cancels') ? state() : undefined,
    doorAt: has('door-opened') ? state() : undefined,
    meddlesAt: has('technician-meddles') ? state() : undefined,
    goneMs: 1_000 + upTo(120_000),
    goneAt: state(),
    jumpMs: Math.round((random() - 0.5) * 6 * HOUR),
    service: SERVICES.find(([fault]) => has(fault))?.[1] ?? 'serves',
    hinders: one(ASKS),
    order:
      random() < ORDERED
        ? { type: one(ORDERS), afterMs: upTo(20_000), lastsMs: 1_000 + upTo(60_000), whenIdle: random() < 0.7 }
        : undefined,
    settings: random() < STEERED ? drawSettings(upTo, one(SETTINGS), one(SETTINGS)) : [],
  };
}

/** Every other time others are wanted before it is known what became of the first. */
function drawSettings(upTo: (n: number) => number, first: SettingsKind, second: SettingsKind): readonly SettingsPlan[] {
  const afterMs = upTo(20_000);
  const one = { kind: first, afterMs, farewellMs: 500 + upTo(FAREWELLS) };
  const other = { kind: second, afterMs: afterMs + upTo(AFTER_ANOTHER_MS), farewellMs: 500 + upTo(FAREWELLS) };
  return upTo(2) === 0 ? [one] : [one, other];
}

/** Half come for a number, a third for a new card, the others to see their numbers. */
function comesFor(drawn: number): ServiceName {
  return drawn < 0.5 ? 'new-sim' : drawn < 0.83 ? 'replace-sim' : 'my-numbers';
}
