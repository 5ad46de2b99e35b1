import type { Logger } from 'pino';
import type { ChallengeStep, Progress } from '../contracts/face-verifier.js';
import type { Clock } from '../contracts/clock.js';
import type { CardDispenser } from '../contracts/card-dispenser.js';
import { NumberList, type Refusal } from '../fleet/answers.js';
import type { Mailbox } from '../fleet/mailbox.js';
import { codeOf, KioskError, type ErrorCode } from '../errors.js';
import { holderRecord } from '../identity/holder.js';
import { checkDocument, type DocumentRules } from '../identity/rules.js';
import type { Journal } from '../journal/journal.js';
import type { Card, CardLocation } from '../journal/stock.js';
import type { Found, TransactionEvent } from '../transaction/events.js';
import { listsNumbers } from '../transaction/services.js';
import type { Activity } from '../transaction/states.js';
import type { Transaction } from '../transaction/transaction.js';
import type { CarrierDesk } from './carrier-desk.js';
import type { Devices } from './devices.js';
import type { DocumentLocks } from './document-locks.js';
import { Film } from './film.js';
import type { Extra } from './front.js';
import { pause } from '../lib/clock.js';
import { localDay } from './local-day.js';
import type { Visit } from './visit.js';

/** What an activity may use. */
export interface Bench {
  readonly devices: Devices;
  readonly journal: Journal;
  readonly desk: CarrierDesk;
  readonly locks: DocumentLocks;
  readonly clock: Clock;
  /** Why the wall clock is not to be believed; left out: it always is. */
  readonly clockFault?: () => ErrorCode | undefined;
  /** Why the events of a sale could not be stored; left out: they can. */
  readonly roomFault?: () => ErrorCode | undefined;
  /** Why the books may not say what lies in the stack; left out: they do. */
  readonly stockFault?: () => ErrorCode | undefined;
  readonly log: Logger;
  readonly rules: DocumentRules;
  readonly captureMs: number;
  readonly stepMs: number;
  /** What the customer is asked to do in this try, unpredictable. */
  readonly drawChallenge: () => readonly ChallengeStep[];
  readonly farewellMs: number;
  readonly seal: (holder: unknown) => Promise<string>;
  readonly newMailbox: () => Promise<Mailbox>;
}

type Perform = (
  bench: Bench,
  visit: Visit,
  transaction: Transaction,
  signal: AbortSignal,
  show: (extra: Extra) => void,
) => Promise<TransactionEvent | undefined>;

/** What the kiosk does in each activity, and the event it ends with. `undefined`: it waits for an event from outside. */
export const activities: Readonly<Record<Activity, Perform | undefined>> = {
  invite: undefined,
  'ask-consent': undefined,

  async 'read-document'({ devices }, visit, _transaction, signal) {
    try {
      visit.document = await visit.stopwatch.waiting(devices.idReader.read(signal), ({ readMs }) => readMs);
      return { type: 'document.read' };
    } catch (error) {
      const reason = codeOf(error);
      if (reason.startsWith('document.')) return { type: 'document.failed', reason };
      throw error;
    }
  },

  async 'check-document'({ devices, rules, locks, clock, seal, newMailbox }, visit, { service }) {
    const { document } = visit;
    if (!document) throw new KioskError('internal.impossible', 'no document in memory');
    const fields = document.fields.reveal();
    const refusal = checkDocument(fields, rules, localDay(clock.now()));
    if (refusal) return { type: 'document.refused', reason: refusal };
    visit.pseudonym = locks.pseudonymOf(fields);
    if (locks.isLocked(visit.pseudonym, clock.now())) return { type: 'document.refused', reason: 'document.locked' };
    try {
      const [sealed] = await Promise.all([seal(holderRecord(fields)), devices.verifier.enrol(document.photo)]);
      visit.sealedHolder = sealed;
      if (listsNumbers(service)) visit.mailbox = await newMailbox();
      return { type: 'document.accepted' };
    } catch (error) {
      const reason = codeOf(error);
      if (reason.startsWith('document.')) return { type: 'document.refused', reason };
      throw error;
    }
  },

  async 'await-precheck'({ desk }, _visit, { id = '' }, signal) {
    const answer = await desk.answer(id, 'holder.check', signal);
    return answer.decision === 'approved' ? { type: 'carrier.cleared' } : refusedBy(answer);
  },

  async 'capture-face'({ devices, captureMs, stepMs, drawChallenge }, visit, _transaction, signal, show) {
    const { camera, verifier } = devices;
    const film = new Film(camera, signal);
    const options = { steps: drawChallenge(), stepMs, deadlineMs: captureMs, signal };
    const tell = ({ guidance, parameters }: Progress): void => show({ prompt: guidance, parameters });
    try {
      await visit.stopwatch.waiting(verifier.capture(film, options, tell), (ownMs) => ownMs);
      return { type: 'face.captured' };
    } catch (error) {
      return faceFailure(error);
    } finally {
      film.end();
    }
  },

  async 'verify-face'({ devices }) {
    try {
      const verdict = await devices.verifier.verify();
      return verdict.decision === 'match' ? { type: 'face.matched' } : { type: 'face.failed', reason: verdict.reason };
    } catch (error) {
      return faceFailure(error);
    }
  },

  async 'await-numbers'({ desk }, visit, { id = '' }, signal) {
    const answer = await desk.answer(id, 'numbers.list', signal);
    if (answer.decision === 'refused') return refusedBy(answer);
    const opened = await visit.mailbox?.open(answer.numbers).catch(() => undefined);
    const numbers = NumberList.safeParse(opened);
    if (!numbers.success) return { type: 'carrier.refused', reason: 'fleet.bad-seal' };
    visit.numbers = numbers.data;
    return { type: 'carrier.listed' };
  },

  'show-numbers': undefined,
  'choose-number': undefined,

  async 'await-case'({ desk }, _visit, { id = '' }, signal) {
    const answer = await desk.answer(id, 'number.dispute', signal);
    return answer.decision === 'approved'
      ? { type: 'carrier.case-opened', reference: answer.reference }
      : refusedBy(answer);
  },

  'show-case': undefined,

  async 'await-approval'({ desk }, _visit, { id = '' }, signal) {
    const answer = await desk.answer(id, 'sale.authorise', signal);
    return answer.decision === 'approved' ? { type: 'carrier.approved', approval: answer.approval } : refusedBy(answer);
  },

  async 'stage-card'({ devices }, visit, _transaction, signal) {
    devices.cardIdentifier.expect();
    await visit.stopwatch.waiting(devices.dispenser.stage(signal));
    return { type: 'card.staged' };
  },

  async 'identify-card'({ devices, journal }, visit, _transaction, signal) {
    try {
      const { cardIdentifier } = devices;
      const said = await visit.stopwatch.waiting(cardIdentifier.identify(signal));
      const read = cardIdentifier.reads ? { read: said } : {};
      const card = journal.findCard(said);
      if (!card) return { type: 'card.unidentified', reason: 'card.unknown', ...read };
      const reason = isPresumed(card) ? 'card.misplaced' : UNSOLD[card.location];
      return reason
        ? { type: 'card.unidentified', reason, ...read }
        : { type: 'card.identified', iccid: card.iccid, ...read };
    } catch (error) {
      const reason = codeOf(error);
      if (reason.startsWith('card.')) return { type: 'card.unidentified', reason };
      throw error;
    }
  },

  async 'await-binding'({ desk }, _visit, { id = '' }, signal) {
    const answer = await desk.answer(id, 'sale.bind', signal);
    return answer.decision === 'approved' ? { type: 'carrier.bound' } : refusedBy(answer);
  },

  async 'present-card'({ devices }, visit, _transaction, signal) {
    await visit.stopwatch.waiting(devices.dispenser.present(signal));
    return { type: 'card.presented' };
  },

  async 'await-taken'({ devices }, visit, _transaction, signal) {
    try {
      await visit.stopwatch.waiting(devices.dispenser.taken(signal));
    } catch (error) {
      // It was presented, so a card that is not there any more was taken before we looked.
      if (codeOf(error) !== 'dispenser.no-media') throw error;
    }
    return { type: 'card.taken' };
  },

  async 'retain-card'({ devices }, visit, _transaction, signal) {
    try {
      await visit.stopwatch.waiting(devices.dispenser.retain(signal));
      return { type: 'card.retained' };
    } catch (error) {
      if (codeOf(error) === 'dispenser.no-media') return { type: 'card.vanished', reason: 'card.uncertain' };
      throw error;
    }
  },

  async 'close-visit'({ devices, desk, clock, farewellMs }, visit, _transaction, signal) {
    visit.wipe();
    desk.forget();
    await devices.verifier.wipe();
    await pause(clock, farewellMs, signal);
    return { type: 'visit.closed' };
  },
};

/** Why a card that the ledger has in this place cannot be the one in the transport. */
const UNSOLD: Readonly<Record<CardLocation, ErrorCode | undefined>> = {
  stack: undefined,
  transport: undefined,
  taken: 'card.repeated',
  retained: 'card.repeated',
  // Here it is.
  uncertain: 'card.uncertain',
};

/** Nobody has seen which card was retained: this one stood for it, or a technician took it for this one. */
const isPresumed = ({ location, read }: Card): boolean => location === 'retained' && read === null;

/** The event that an activity ends with, also when it fails; `undefined`: from outside, or it was aborted. */
export async function outcomeOf(
  perform: Perform,
  bench: Bench,
  visit: Visit,
  transaction: Transaction,
  signal: AbortSignal,
  show: (extra: Extra) => void,
): Promise<TransactionEvent | undefined> {
  try {
    return await perform(bench, visit, transaction, signal, show);
  } catch (error) {
    if (signal.aborted) return undefined;
    bench.log.warn({ transaction: transaction.id, state: transaction.state, err: error }, 'activity failed');
    return failure(error, bench.devices.dispenser);
  }
}

/** What a failed activity means to the transaction. */
async function failure(error: unknown, dispenser: CardDispenser): Promise<TransactionEvent> {
  return { type: 'device.failed', reason: codeOf(error), found: (await mediaSeen(dispenser)) ?? 'none' };
}

/** Where the sensors see a card; `undefined` while the dispenser does not answer. */
export async function mediaSeen(dispenser: CardDispenser): Promise<Found | undefined> {
  try {
    return (await dispenser.status()).media;
  } catch (error) {
    if (error instanceof KioskError) return undefined;
    throw error;
  }
}

function refusedBy({ reason }: Refusal): TransactionEvent {
  return { type: 'carrier.refused', reason };
}

function faceFailure(error: unknown): TransactionEvent {
  const reason: ErrorCode = codeOf(error);
  if (reason === 'face.no-face') return { type: 'customer.absent', reason };
  if (reason.startsWith('face.') && !MACHINE_FAULTS.has(reason)) return { type: 'face.failed', reason };
  throw error;
}

const MACHINE_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'face.engine-failed',
  'face.image-unreadable',
  'face.image-too-large',
  'face.model-missing',
  'face.model-altered',
]);
