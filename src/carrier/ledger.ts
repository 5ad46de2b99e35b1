import { codeOf } from '../errors.js';
import { isAsk, type Answer, type Ask } from '../fleet/answers.js';
import type { Ack, KioskEvent } from '../fleet/messages.js';
import { seal } from '../fleet/seal.js';
import type { Anomaly, CarrierBooks, CarrierStore } from './books.js';
import { check, dispute, list, type Sealer } from './numbers.js';
import { refused, type Circumstances } from './rules.js';
import { activate, authorise, bind, close, settle } from './sales.js';

/** What goes back to the kiosk once the event is in the books. */
export interface Reply {
  readonly answer?: Answer;
  readonly ack: Ack;
}

/** Who the holder of an ask is, as a keyed pseudonym. @throws `fleet.bad-seal` when it was not sealed to this carrier */
export type Unsealer = (sealedHolder: string) => Promise<string>;

/**
 * The carrier's rules over its books: every event takes effect once, in the order of its `seq`. Effect, answer and the
 * mark that it was seen are one commit; only then is it acknowledged.
 */
export class Ledger {
  readonly #store: CarrierStore;
  readonly #unseal: Unsealer;
  readonly #seal: Sealer;

  constructor(store: CarrierStore, unseal: Unsealer, sealer: Sealer = seal) {
    this.#store = store;
    this.#unseal = unseal;
    this.#seal = sealer;
  }

  /**
   * @param digest of the event as it came: another event with the number of an earlier one is from a journal that was put
   * back, and is not acknowledged
   */
  async take(event: KioskEvent, circumstances: Circumstances, digest?: string): Promise<Reply> {
    const { kiosk, epoch, seq } = event;
    const pseudonym = 'holder' in event.data ? await this.#pseudonym(event.data.holder) : '';
    return this.#store.transaction(async (books) => {
      const upTo = await books.upTo(kiosk, epoch);
      if (seq > upTo + 1) return { ack: { epoch, replay: [upTo + 1, seq - 1] } };
      if (seq <= upTo) {
        const known = digest === undefined ? undefined : await books.digest(kiosk, epoch, seq);
        if (known !== undefined && known !== digest) {
          await books.note({ kiosk, epoch, seq, means: 'another event came with the number of an earlier one' });
          return { ack: { refused: 'journal.rewound' } };
        }
        return reply((await ofAnother(books, event)) ? refusalOf(event) : await answered(books, event), epoch, upTo);
      }
      if (await ofAnother(books, event)) {
        await note(books, event, "a kiosk spoke of another one's sale");
        await books.setUpTo(kiosk, epoch, seq, digest);
        return reply(refusalOf(event), epoch, seq);
      }
      const answer = (await answered(books, event)) ?? (await this.#apply(books, event, pseudonym, circumstances));
      if (answer) await books.putAnswer(answer);
      await books.setUpTo(kiosk, epoch, seq, digest);
      return reply(answer, epoch, seq);
    });
  }

  /** The last event of a kiosk's journal that took effect. */
  upTo(kiosk: string, epoch: string): Promise<number> {
    return this.#store.transaction((books) => books.upTo(kiosk, epoch));
  }

  /** Something is odd about a kiosk: somebody should look. */
  note(anomaly: Anomaly): Promise<void> {
    return this.#store.transaction((books) => books.note(anomaly));
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** @returns the answer, when the event is an ask and the carrier answers it */
  async #apply(
    books: CarrierBooks,
    event: KioskEvent,
    pseudonym: string | undefined,
    circumstances: Circumstances,
  ): Promise<Answer | undefined> {
    if (pseudonym === undefined && isAsk(event.type) && 'holder' in event.data)
      return refused(event.type, event.data.transaction, 'fleet.bad-seal');
    const holder = pseudonym ?? '';
    switch (event.type) {
      case 'holder.check':
        return check(books, event.data, holder, circumstances);
      case 'numbers.list':
        return list(books, event.data, holder, circumstances, this.#seal);
      case 'number.dispute':
        return dispute(books, event.kiosk, event.data, circumstances);
      case 'sale.authorise':
        return authorise(books, event.kiosk, event.data, holder, circumstances);
      case 'sale.bind':
        return bind(books, event.data, circumstances);
      case 'sale.taken':
        await note(books, event, await activate(books, event.data));
        return undefined;
      case 'sale.void':
        await note(books, event, await close(books, event.data.transaction, 'void'));
        return undefined;
      case 'sale.uncertain':
        await note(books, event, await close(books, event.data.transaction, 'uncertain'));
        return undefined;
      case 'card.settled':
        await note(books, event, await settle(books, event.data));
        return undefined;
      case 'command.ended':
        await books.endCommand(event.kiosk, event.data);
        return undefined;
      case 'config.changed':
        await books.endConfig(event.kiosk, event.data);
        return undefined;
      case 'security.tamper':
      case 'technician.action':
      case 'visit.started':
      case 'consent.given':
      case 'card.refused':
      case 'document.locked':
      case 'document.unlocked':
      case 'visit.ended':
      case 'stock.loaded':
      case 'service.changed':
      case 'alarm.raised':
      case 'alarm.cleared':
      case 'certificate.expiring':
        return undefined;
    }
  }

  /** @returns undefined for a record that was not sealed to this carrier: its ask is refused, and the next event is taken */
  async #pseudonym(sealed: string): Promise<string | undefined> {
    try {
      return await this.#unseal(sealed);
    } catch (error) {
      if (codeOf(error) === 'fleet.bad-seal') return undefined;
      throw error;
    }
  }
}

function reply(answer: Answer | undefined, epoch: string, upTo: number): Reply {
  const ack = { epoch, upTo };
  return answer ? { answer, ack } : { ack };
}

/** Whether it is about a sale that another kiosk has begun: none has a say in it, nor is told anything of it. */
async function ofAnother(books: CarrierBooks, { kiosk, data }: KioskEvent): Promise<boolean> {
  if (!('transaction' in data) || data.transaction === undefined) return false;
  const sale = await books.sale(data.transaction);
  return sale !== undefined && sale.kiosk !== kiosk;
}

function refusalOf(event: KioskEvent): Answer | undefined {
  const asked = askIn(event);
  return asked && refused(asked.ask, asked.transaction, 'carrier.refused');
}

/** The same ask always gets the same answer, also when it comes as a new event. */
async function answered(books: CarrierBooks, event: KioskEvent): Promise<Answer | undefined> {
  const asked = askIn(event);
  return asked && books.answer(asked.transaction, asked.ask);
}

function askIn({ type, data }: KioskEvent): { readonly ask: Ask; readonly transaction: string } | undefined {
  if (!isAsk(type) || !('transaction' in data) || data.transaction === undefined) return undefined;
  return { ask: type, transaction: data.transaction };
}

async function note(books: CarrierBooks, event: KioskEvent, means: string | undefined): Promise<void> {
  const { kiosk, epoch, seq } = event;
  if (means !== undefined) await books.note({ kiosk, epoch, seq, means });
}
