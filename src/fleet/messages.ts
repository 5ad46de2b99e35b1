import { z } from 'zod';
import { isErrorCode, type ErrorCode } from '../errors.js';
import { OUTCOMES } from '../transaction/table.js';
import { MONITORS, SEVERITIES } from './monitors.js';

/** Names of others than kiosks, in topics and certificates: whoever bears one has other rights. */
const RESERVED: ReadonlySet<string> = new Set(['carrier', 'central', 'broker']);

/** `[a-z0-9-]{1,64}`: the certificate's CN and the level of the topic. */
export const KioskId = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/)
  .refine((id) => !RESERVED.has(id), 'no name for a kiosk');

const Transaction = z.uuid();
/** A code of `src/errors.ts`. */
export const Reason = z.custom<ErrorCode>((value) => typeof value === 'string' && isErrorCode(value), 'an error code');
const Iccid = z.string().regex(/^\d{19,20}$/);
const Count = z.int().nonnegative();
export const By = z.string().min(1).max(64);

export const TECHNICIAN_ACTIONS = [
  'maintenance-on',
  'maintenance-off',
  'stock-count',
  'stock-unload',
  'reset',
  'test',
  /** A damaged journal was set aside (`subject`: under which name), and this epoch begun. */
  'journal-renew',
] as const;
export type TechnicianAction = (typeof TECHNICIAN_ACTIONS)[number];

/** What can have become of a card. */
export const FATES = ['taken', 'retained'] as const;
export type Fate = (typeof FATES)[number];

/** How a command can end. */
export const ENDS = ['succeeded', 'failed', 'expired', 'rejected'] as const;
export type End = (typeof ENDS)[number];

/** A version of the settings: a newer one is higher, whatever it says. */
export const ConfigVersion = z.int().positive();
export const ConfigHash = z.string().regex(/^[0-9a-f]{64}$/);

/** What becomes of settings: they wait for the end of a visit, are tried, and stay or not. */
export const CONFIG_STATUSES = ['pending', 'trial', 'applied', 'refused', 'rolled-back'] as const;
export const ConfigStatus = z.enum(CONFIG_STATUSES);
export type ConfigStatus = z.infer<typeof ConfigStatus>;

export const Fault = z.strictObject({ code: Reason, detail: z.string().max(512).exactOptional() });
export type Fault = z.infer<typeof Fault>;

/** Where the cards are: `loaded` is always the sum of the others. */
export const CardCounts = z.strictObject({
  loaded: Count,
  inStack: Count,
  inTransport: Count,
  taken: Count,
  retained: Count,
  uncertain: Count,
});
export type CardCounts = z.infer<typeof CardCounts>;

/**
 * Events from kiosk to carrier: the data of each type. Every one carries a `seq` from the commit of the state it reports.
 * `sale.authorise` and `sale.bind` are asks: the carrier answers them on `down/answer` before their deadline.
 */
export const eventData = {
  'visit.started': z.strictObject({ transaction: Transaction, service: z.string() }),
  'sale.authorise': z.strictObject({
    transaction: Transaction,
    service: z.string(),
    deadline: z.iso.datetime(),
    /** JWE (compact) to the carrier's key: who the holder is. */
    holder: z.string().max(8_192),
    consent: z.strictObject({ version: z.string(), sha256: z.string() }),
  }),
  'sale.bind': z.strictObject({
    transaction: Transaction,
    approval: z.string(),
    iccid: Iccid,
    deadline: z.iso.datetime(),
  }),
  'sale.taken': z.strictObject({ transaction: Transaction, approval: z.string(), iccid: Iccid }),
  /** An approval that will not be used: the number is free again, the card is dead. */
  'sale.void': z.strictObject({
    transaction: Transaction,
    approval: z.string().optional(),
    iccid: Iccid.optional(),
    reason: Reason,
  }),
  /** A card whose fate a technician must settle: the number does not go live. */
  'sale.uncertain': z.strictObject({
    transaction: Transaction,
    approval: z.string().optional(),
    iccid: Iccid.optional(),
    reason: Reason,
  }),
  /** A card that is retained because it could not be read, is not in the batch, or is accounted for already. */
  'card.refused': z.strictObject({
    transaction: Transaction,
    reason: Reason,
    /** Exactly as it was read, and whether its last digit is the check digit. */
    read: Iccid.optional(),
    luhn: z.boolean().optional(),
  }),
  'visit.ended': z.strictObject({
    transaction: Transaction,
    service: z.string(),
    outcome: z.enum(OUTCOMES),
    reason: Reason.optional(),
    machineMs: z.number().nonnegative(),
    cards: CardCounts,
  }),
  'stock.loaded': z.strictObject({ batch: z.string(), count: Count, cards: CardCounts }),
  'service.changed': z.strictObject({ sellable: z.boolean(), reasons: z.array(Reason) }),
  /** Somebody opened the kiosk outside maintenance. */
  'security.tamper': z.strictObject({ reason: Reason, state: z.string(), transaction: Transaction.optional() }),
  /** What a technician did at the machine; `by` is the account at the machine that asked for it. */
  'technician.action': z.strictObject({
    action: z.enum(TECHNICIAN_ACTIONS),
    by: By,
    cards: CardCounts,
    /** The device that was tested, or the batch. */
    subject: z.string().max(64).optional(),
    /** Cards loaded, unloaded, or counted by hand in the stack. */
    count: Count.optional(),
  }),
  /** A card whose fate was uncertain: a technician knows it now. With `taken` the number of its sale goes live. */
  'card.settled': z.strictObject({
    iccid: Iccid,
    fate: z.enum(FATES),
    by: By,
    transaction: Transaction.optional(),
    cards: CardCounts,
  }),
  /** A measurement has passed its limit. Once for each monitor, until it is cleared, also across restarts. */
  'alarm.raised': z.strictObject({
    alarm: z.enum(MONITORS),
    severity: z.enum(SEVERITIES),
    value: z.number(),
    limit: z.number(),
  }),
  /** It is back, and some way beyond the limit. */
  'alarm.cleared': z.strictObject({ alarm: z.enum(MONITORS), value: z.number() }),
  /** The kiosk's TLS certificate expires soon: said 30, 7 and 1 days ahead. */
  'certificate.expiring': z.strictObject({ until: z.iso.datetime(), days: Count }),
  /** How a command ended. */
  'command.ended': z.strictObject({
    command: z.uuid(),
    type: z.string().max(64),
    by: By,
    status: z.enum(ENDS),
    reason: Reason.exactOptional(),
  }),
  /** What became of settings that the carrier wants. */
  'config.changed': z.strictObject({
    version: ConfigVersion,
    hash: ConfigHash,
    status: ConfigStatus.extract(['applied', 'refused', 'rolled-back']),
    errors: z.array(Fault).max(16),
  }),
} as const;

export type EventType = keyof typeof eventData;
export type EventData<T extends EventType> = z.infer<(typeof eventData)[T]>;
/** An event before it has a sequence number. */
export type Draft = { [T in EventType]: { readonly type: T; readonly data: EventData<T> } }[EventType];

export type Alarm = Extract<Draft, { type: 'alarm.raised' | 'alarm.cleared' }>;

const TYPE_PREFIX = 'simkiosk.';
const SOURCE_PREFIX = '/kiosks/';

export const Head = z.object({
  specversion: z.literal('1.0'),
  id: z.string().max(128),
  source: z.string().startsWith(SOURCE_PREFIX).max(128),
  type: z.string().startsWith(TYPE_PREFIX),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  /** New whenever the kiosk's database is replaced; `seq` counts from 1 in each epoch, without gaps. */
  epoch: z.uuid(),
  seq: z.int().positive(),
  /** Hash of the newest entry of the kiosk's audit log before the commit of this event: a rewound journal shows. */
  journalhead: z.string().regex(/^[0-9a-f]{64}$/),
  data: z.unknown(),
});

/** CloudEvents 1.0, structured JSON. `source` + `id` is the idempotency key. */
export type KioskEvent = Draft & {
  readonly id: string;
  readonly kiosk: string;
  readonly time: string;
  readonly epoch: string;
  readonly seq: number;
  readonly head: string;
};

export function writeEvent(event: KioskEvent): string {
  const { kiosk, type, data, id, time, epoch, seq, head } = event;
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: SOURCE_PREFIX + kiosk,
    type: TYPE_PREFIX + type,
    time,
    datacontenttype: 'application/json',
    epoch,
    seq,
    journalhead: head,
    data,
  });
}

/**
 * Carrier → kiosk: everything up to `upTo` took effect (also the answer to a birth); or: send these again; or: a message
 * that you signed is refused, and why.
 */
export const Ack = z.union([
  z.strictObject({ epoch: z.uuid(), upTo: Count }),
  z.strictObject({ epoch: z.uuid(), replay: z.tuple([z.int().positive(), z.int().positive()]) }),
  z.strictObject({ refused: Reason }),
]);
export type Ack = z.infer<typeof Ack>;

/** Events that the carrier answers, before their deadline. */
export const ASKS = ['sale.authorise', 'sale.bind'] as const;

/** Carrier → kiosk: the answer to an ask. The same ask always gets the same answer. */
export const Answer = z.discriminatedUnion('decision', [
  z.strictObject({
    ask: z.enum(ASKS),
    transaction: Transaction,
    decision: z.literal('approved'),
    approval: z.string().min(1).max(64),
  }),
  z.strictObject({
    ask: z.enum(ASKS),
    transaction: Transaction,
    decision: z.literal('refused'),
    reason: Reason,
  }),
]);
export type Answer = z.infer<typeof Answer>;

/** @returns undefined when the payload is no event of ours: unknown type, wrong field, not JSON */
export function readEvent(payload: string): KioskEvent | undefined {
  const head = Head.safeParse(parseJson(payload));
  if (!head.success) return undefined;
  const { id, time, epoch, seq, source, journalhead } = head.data;
  const type = head.data.type.slice(TYPE_PREFIX.length);
  const kiosk = KioskId.safeParse(source.slice(SOURCE_PREFIX.length));
  if (!kiosk.success || !isEventType(type)) return undefined;
  const draft = readDraft(type, head.data.data);
  return draft && { id, kiosk: kiosk.data, time, epoch, seq, head: journalhead, ...draft };
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventData, type);
}

const AnyDraft = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('visit.started'), data: eventData['visit.started'] }),
  z.strictObject({ type: z.literal('sale.authorise'), data: eventData['sale.authorise'] }),
  z.strictObject({ type: z.literal('sale.bind'), data: eventData['sale.bind'] }),
  z.strictObject({ type: z.literal('sale.taken'), data: eventData['sale.taken'] }),
  z.strictObject({ type: z.literal('sale.void'), data: eventData['sale.void'] }),
  z.strictObject({ type: z.literal('sale.uncertain'), data: eventData['sale.uncertain'] }),
  z.strictObject({ type: z.literal('card.refused'), data: eventData['card.refused'] }),
  z.strictObject({ type: z.literal('visit.ended'), data: eventData['visit.ended'] }),
  z.strictObject({ type: z.literal('stock.loaded'), data: eventData['stock.loaded'] }),
  z.strictObject({ type: z.literal('service.changed'), data: eventData['service.changed'] }),
  z.strictObject({ type: z.literal('security.tamper'), data: eventData['security.tamper'] }),
  z.strictObject({ type: z.literal('technician.action'), data: eventData['technician.action'] }),
  z.strictObject({ type: z.literal('card.settled'), data: eventData['card.settled'] }),
  z.strictObject({ type: z.literal('alarm.raised'), data: eventData['alarm.raised'] }),
  z.strictObject({ type: z.literal('alarm.cleared'), data: eventData['alarm.cleared'] }),
  z.strictObject({ type: z.literal('certificate.expiring'), data: eventData['certificate.expiring'] }),
  z.strictObject({ type: z.literal('command.ended'), data: eventData['command.ended'] }),
  z.strictObject({ type: z.literal('config.changed'), data: eventData['config.changed'] }),
]);

function readDraft(type: EventType, data: unknown): Draft | undefined {
  const draft = AnyDraft.safeParse({ type, data });
  return draft.success ? draft.data : undefined;
}

/** @returns undefined for what is no JSON: a message from outside is never an exception */
export function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
