/** What a state mostly waits for: the machine's own time is what remains without `customer` and `motor`. */
export type WaitsFor = 'customer' | 'motor' | 'machine' | 'technician';

/** What the kiosk does while it is in a state; each activity ends by one event. */
export type Activity =
  | 'invite'
  | 'ask-consent'
  | 'read-document'
  | 'check-document'
  | 'await-precheck'
  | 'capture-face'
  | 'verify-face'
  | 'await-numbers'
  | 'show-numbers'
  | 'choose-number'
  | 'await-case'
  | 'show-case'
  | 'await-approval'
  | 'stage-card'
  | 'identify-card'
  | 'await-binding'
  | 'present-card'
  | 'await-taken'
  | 'retain-card'
  | 'close-visit';

interface StateEntry {
  readonly means: string;
  readonly waitsFor: WaitsFor;
  readonly activity?: Activity;
  /** Milliseconds until `deadline.passed`; without one the state may last for ever. */
  readonly deadlineMs?: number;
  /** The camera runs and its light is on: nowhere else. */
  readonly camera?: true;
}

const table = {
  idle: { means: 'free: the next customer is invited', waitsFor: 'customer', activity: 'invite' },
  'out-of-service': { means: 'a sale could not be finished: nobody is invited', waitsFor: 'technician' },
  consent: {
    means: 'the customer is told what happens and asked',
    waitsFor: 'customer',
    activity: 'ask-consent',
    deadlineMs: 60_000,
  },
  reading: { means: 'the document is read', waitsFor: 'customer', activity: 'read-document', deadlineMs: 45_000 },
  checking: {
    means: 'the document is checked',
    waitsFor: 'machine',
    activity: 'check-document',
    deadlineMs: 10_000,
    camera: true,
  },
  prechecking: {
    means: 'the carrier is asked whether it would serve the holder',
    waitsFor: 'machine',
    activity: 'await-precheck',
    deadlineMs: 20_000,
    camera: true,
  },
  capturing: {
    means: 'the live face is captured, with the challenge',
    waitsFor: 'customer',
    activity: 'capture-face',
    deadlineMs: 60_000,
    camera: true,
  },
  verifying: {
    means: 'the live face is compared with the photograph',
    waitsFor: 'machine',
    activity: 'verify-face',
    deadlineMs: 15_000,
    camera: true,
  },
  listing: {
    means: 'the carrier is asked for the numbers of the holder',
    waitsFor: 'machine',
    activity: 'await-numbers',
    deadlineMs: 20_000,
  },
  showing: {
    means: 'the holder sees which numbers stand in their name',
    waitsFor: 'customer',
    activity: 'show-numbers',
    deadlineMs: 60_000,
  },
  disputing: {
    means: 'the carrier is told that a number is not the holder’s',
    waitsFor: 'machine',
    activity: 'await-case',
    deadlineMs: 20_000,
  },
  'case-opened': {
    means: 'the holder sees the reference of the case',
    waitsFor: 'customer',
    activity: 'show-case',
    deadlineMs: 60_000,
  },
  choosing: {
    means: 'the holder chooses the number that gets a new card',
    waitsFor: 'customer',
    activity: 'choose-number',
    deadlineMs: 60_000,
  },
  authorising: {
    means: 'the carrier is asked for its approval',
    waitsFor: 'machine',
    activity: 'await-approval',
    deadlineMs: 20_000,
  },
  staging: {
    means: 'a card moves from the stack to the transport',
    waitsFor: 'motor',
    activity: 'stage-card',
    deadlineMs: 45_000,
  },
  identifying: {
    means: 'the card in the transport is identified',
    waitsFor: 'motor',
    activity: 'identify-card',
    deadlineMs: 15_000,
  },
  binding: {
    means: 'the carrier binds the card to its approval',
    waitsFor: 'machine',
    activity: 'await-binding',
    deadlineMs: 20_000,
  },
  presenting: { means: 'the card moves to the exit', waitsFor: 'motor', activity: 'present-card', deadlineMs: 45_000 },
  presented: {
    means: 'the customer may take the card',
    waitsFor: 'customer',
    activity: 'await-taken',
    deadlineMs: 30_000,
  },
  retaining: {
    means: 'the card moves to the retain bin',
    waitsFor: 'motor',
    activity: 'retain-card',
    deadlineMs: 45_000,
  },
  done: {
    means: 'the visit is over: everything of it is wiped',
    waitsFor: 'customer',
    activity: 'close-visit',
    deadlineMs: 20_000,
  },
} as const satisfies Record<string, StateEntry>;

export type StateName = keyof typeof table;
export const states: Readonly<Record<StateName, StateEntry>> = table;
export const stateNames = Object.keys(table) as readonly StateName[];

export function isStateName(text: string): text is StateName {
  return Object.hasOwn(table, text);
}

/** Nobody is served, and no card is on its way. */
export function isBetweenVisits(state: StateName): boolean {
  return state === 'idle' || state === 'out-of-service';
}
