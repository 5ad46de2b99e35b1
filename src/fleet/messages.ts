import { z } from 'zod';
import { FATES } from '../contracts/control.js';
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

/** Of a visit, made up at the kiosk. */
export const TransactionId = z.uuid();
/** A code of `src/errors.ts`. */
export const Reason = z.custom<ErrorCode>((value) => typeof value === 'string' && isErrorCode(value), 'an error code');
const Iccid = z.string().regex(/^\d{19,20}$/);
const Count = z.int().nonnegative();
export const By = z.string().min(1).max(64);
/** JWE (compact) to the carrier's key: who the holder is. */
const Holder = z.string().max(8_192);
/** Of a locked document: a name drawn at random, which says nothing about it. */
const LockName = z.string().min(1).max(64);
const Hashed = z.strictObject({ version: z.string(), sha256: z.string() });
/** What the customer agreed to: version and SHA-256 of each text, exactly as it was shown. */
export const Consent = Hashed.extend({ noPassingOn: Hashed });
export type Consent = z.infer<typeof Consent>;
/** Which of the numbers that the carrier has listed in this transaction, from 1. */
export const EntryNumber = z.int().positive().max(1_000);
/** Public part of an X25519 key (RFC 8037) that exists for one visit. */
export const VisitKey = z.strictObject({ kty: z.literal('OKP'), crv: z.literal('X25519'), x: z.string().max(64) });
export type VisitKey = z.infer<typeof VisitKey>;

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
 * Those of `ASKS` (`answers.ts`) the carrier answers on `down/answer` before their deadline.
 */
export const eventData = {
  'visit.started': z.strictObject({ transaction: TransactionId, service: z.string() }),
  'consent.given': z.strictObject({ transaction: TransactionId, consent: Consent }),
  /** Would the carrier serve this holder? Asked before a face is captured; reserves nothing. */
  'holder.check': z.strictObject({
    transaction: TransactionId,
    service: z.string(),
    deadline: z.iso.datetime(),
    holder: Holder,
  }),
  /** Which numbers stand in the holder's name? The answer is sealed to `key`. */
  'numbers.list': z.strictObject({
    transaction: TransactionId,
    service: z.string(),
    deadline: z.iso.datetime(),
    holder: Holder,
    key: VisitKey,
  }),
  /** The holder says that a number listed in this transaction is not theirs. */
  'number.dispute': z.strictObject({ transaction: TransactionId, deadline: z.iso.datetime(), entry: EntryNumber }),
  'sale.authorise': z.strictObject({
    transaction: TransactionId,
    service: z.string(),
    deadline: z.iso.datetime(),
    holder: Holder,
    consent: Consent,
    /** The new card is for this number, listed in this transaction, in place of its card. */
    replaces: EntryNumber.optional(),
  }),
  'sale.bind': z.strictObject({
    transaction: TransactionId,
    approval: z.string(),
    iccid: Iccid,
    deadline: z.iso.datetime(),
  }),
  'sale.taken': z.strictObject({ transaction: TransactionId, approval: z.string(), iccid: Iccid }),
  /** An approval that will not be used: the number is free again, the card is dead. */
  'sale.void': z.strictObject({
    transaction: TransactionId,
    approval: z.string().optional(),
    iccid: Iccid.optional(),
    reason: Reason,
  }),
  /** A card whose fate a technician must settle: the number does not go live. */
  'sale.uncertain': z.strictObject({
    transaction: TransactionId,
    approval: z.string().optional(),
    iccid: Iccid.optional(),
    reason: Reason,
  }),
  /** A card that is retained because it could not be read, is not in the batch, or is accounted for already. */
  'card.refused': z.strictObject({
    transaction: TransactionId,
    reason: Reason,
    /** Exactly as it was read, and whether its last digit is the check digit. */
    read: Iccid.optional(),
    luhn: z.boolean().optional(),
  }),
  /** Comparisons with a document failed too often: none is made with it until then. */
  'document.locked': z.strictObject({ transaction: TransactionId, lock: LockName, until: z.iso.datetime() }),
  'document.unlocked': z.strictObject({ lock: LockName, by: By }),
  'visit.ended': z.strictObject({
    transaction: TransactionId,
    service: z.string(),
    outcome: z.enum(OUTCOMES),
    reason: Reason.optional(),
    machineMs: z.number().nonnegative(),
    cards: CardCounts,
  }),
  'stock.loaded': z.strictObject({ batch: z.string(), count: Count, cards: CardCounts }),
  'service.changed': z.strictObject({ sellable: z.boolean(), reasons: z.array(Reason) }),
  /** Somebody opened the kiosk outside maintenance. */
  'security.tamper': z.strictObject({ reason: Reason, state: z.string(), transaction: TransactionId.optional() }),
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
  /**
   * A card whose fate was uncertain: a technician knows it now. With `taken` the number of its sale goes live, else it is
   * void; with `stack` the card had never left the stack, and may still be sold.
   */
  'card.settled': z.strictObject({
    iccid: Iccid,
    fate: z.enum(FATES),
    by: By,
    transaction: TransactionId.optional(),
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

/** Of an event: what it is called, where it comes from, and its place in the journal. */
interface Origin {
  readonly id: string;
  readonly kiosk: string;
  readonly time: string;
  readonly epoch: string;
  readonly seq: number;
  readonly head: string;
}

/** CloudEvents 1.0, structured JSON. `source` + `id` is the idempotency key. */
export type KioskEvent = Draft & Origin;

export function writeEvent({
  type,
  data,
  kiosk,
  id,
  time,
  epoch,
  seq,
  head,
}: Pick<Draft, 'type' | 'data'> & Origin): string {
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

function readDraft(type: EventType, data: unknown): Draft | undefined {
  const read = eventData[type].safeParse(data);
  return read.success ? ({ type, data: read.data } as Draft) : undefined;
}

/** @returns undefined for what is no JSON: a message from outside is never an exception */
export function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
