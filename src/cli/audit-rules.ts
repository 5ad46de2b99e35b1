import type { LedgerView } from '../carrier/read-ledger.js';
import type { JournalView } from '../journal/read-journal.js';
import type { CardLocation } from '../journal/stock.js';
import type { StateName } from '../transaction/states.js';

/** A card as the emulated hardware has it. */
export interface PhysicalCard {
  readonly iccid: string;
  readonly at: 'stack' | 'transport' | 'exit' | 'retained' | 'taken';
}

/** Everything an audit looks at. What goes on while it reads is bracketed: read before and after the journal. */
export interface Evidence {
  readonly journal: JournalView;
  readonly carrier?: { readonly before: LedgerView; readonly after: LedgerView };
  readonly hardware?: { readonly before: readonly PhysicalCard[]; readonly after: readonly PhysicalCard[] };
}

/** @returns sentences about what is wrong */
type Rule = (evidence: Evidence) => readonly string[];

const CARD_MAY_MOVE: ReadonlySet<StateName> = new Set([
  'identifying',
  'binding',
  'presenting',
  'presented',
  'retaining',
  'done',
  'idle',
  'out-of-service',
]);

/** The status of a sale whose card may be in a customer's hand. */
const BOUND: ReadonlySet<string> = new Set(['bound', 'active', 'replaced']);

/** Where a card is whose fate may still be unknown. */
const IN_DOUBT: ReadonlySet<CardLocation> = new Set(['transport', 'uncertain']);

const ending = (iccid: string): string => `the card …${iccid.slice(-6)}`;

/** What is always true. */
export const rules: readonly Rule[] = [
  function cardsAddUp({ journal: { cards, loaded } }) {
    const sum = cards.inStack + cards.inTransport + cards.taken + cards.retained + cards.uncertain;
    return sum === cards.loaded && sum === loaded ? [] : [`${loaded} cards were loaded, the ledger has ${sum}`];
  },

  function nothingWasChangedBesideTheProgram({ journal: { tampering } }) {
    return tampering;
  },

  function transportHasItsState({ journal: { cards, transaction } }) {
    if (cards.inTransport === 0) return [];
    const state = transaction?.state ?? 'out-of-service';
    return CARD_MAY_MOVE.has(state) ? [] : [`a card is in the transport while the transaction is ${state}`];
  },

  function oneCardPerSale({ journal: { ledger } }) {
    const taken = ledger.filter(({ location }) => location === 'taken');
    const sales = new Set(taken.map(({ transaction }) => transaction));
    return sales.size === taken.length ? [] : ['two cards were taken in one transaction'];
  },

  function outboxIsWhole({ journal: { committed, acknowledged, outbox } }) {
    const whole = outbox.length === committed - acknowledged && outbox.every((seq, i) => seq === acknowledged + 1 + i);
    return whole ? [] : [`messages ${acknowledged + 1}…${committed} are not all in the outbox`];
  },

  function carrierHasWhatItAcknowledged({ journal: { kiosk, epoch, committed, acknowledged }, carrier }) {
    if (!carrier) return [];
    const upTo = (view: LedgerView): number =>
      view.kiosks.find((entry) => entry.kiosk === kiosk && entry.epoch === epoch)?.upTo ?? 0;
    return [
      ...(upTo(carrier.after) < acknowledged ? ['a message was deleted that the carrier does not have'] : []),
      ...(upTo(carrier.before) > committed ? ['the carrier has messages that were never committed'] : []),
    ];
  },

  function noNumberWithoutItsCard({ journal: { ledger }, carrier }) {
    if (!carrier) return [];
    const at = new Map(ledger.map(({ iccid, location }) => [iccid, location]));
    return carrier.before.sales
      .filter(({ status, iccid }) => status === 'active' && (iccid === null || at.get(iccid) !== 'taken'))
      .map(({ iccid }) => `a number is live, but ${ending(iccid ?? '?')} was not taken`);
  },

  function everyTakenCardWasBound({ journal, carrier }) {
    if (!carrier) return [];
    const bound = new Set(carrier.after.sales.filter(({ status }) => BOUND.has(status)).map(({ iccid }) => iccid));
    return journal.ledger
      .filter(({ iccid, location }) => location === 'taken' && !bound.has(iccid))
      .map(({ iccid }) => `${ending(iccid)} was taken without a binding`);
  },

  function noSaleWaitsInVain({ journal: { kiosk, epoch, committed, ledger }, carrier }) {
    const { upTo } = carrier?.before.kiosks.find((one) => one.kiosk === kiosk && one.epoch === epoch) ?? {};
    if (!carrier || upTo !== committed) return [];
    const open = new Set(ledger.filter(({ location }) => IN_DOUBT.has(location)).map(({ transaction }) => transaction));
    const known = new Set(ledger.map(({ transaction }) => transaction));
    return carrier.before.sales
      .filter(({ status, transaction }) => status === 'uncertain' && known.has(transaction) && !open.has(transaction))
      .map(({ transaction }) => `the sale ${transaction} is uncertain for the carrier only`);
  },

  function carrierSawNothingOdd({ carrier }) {
    return carrier?.after.anomalies ?? [];
  },

  function noCardLeftUnnoticed({ journal: { ledger }, hardware }) {
    const at = new Map(ledger.map(({ iccid, location }) => [iccid, location]));
    return (hardware?.before ?? [])
      .filter((card) => card.at === 'taken' && !['taken', 'transport', 'uncertain'].includes(at.get(card.iccid) ?? ''))
      .map(({ iccid }) => `${ending(iccid)} left the machine, the ledger says ${at.get(iccid) ?? 'nothing'}`);
  },

  function takenCardsLeft({ journal: { ledger }, hardware }) {
    if (!hardware) return [];
    const at = new Map(hardware.after.map((card) => [card.iccid, card.at]));
    return ledger
      .filter(({ iccid, location }) => location === 'taken' && at.get(iccid) !== 'taken')
      .map(({ iccid }) => `${ending(iccid)} counts as taken, but is at ${at.get(iccid) ?? 'no known place'}`);
  },
];
