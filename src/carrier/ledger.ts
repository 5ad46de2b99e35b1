import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Answer, parseJson, type Ack, type KioskEvent } from '../fleet/messages.js';
import { count, Database, text } from '../lib/sqlite.js';
import { pseudonymOf } from './holder.js';
import type { CarrierKeys } from './keys.js';
import { activate, authorise, bind, close, type SaleRules, settle } from './sales.js';
import { prepare } from './schema.js';

export const ledgerFile = (dir: string): string => join(dir, 'ledger.db');

/** What goes back to the kiosk once the event is in the ledger. */
export interface Reply {
  readonly answer?: Answer;
  readonly ack: Ack;
}

/**
 * The carrier's books: every event takes effect once, in the order of its `seq`. Effect, answer and the mark that it
 * was seen are one commit; only then is it acknowledged.
 */
export class Ledger {
  readonly #db: Database;
  readonly #keys: CarrierKeys;

  private constructor(db: Database, keys: CarrierKeys) {
    this.#db = db;
    this.#keys = keys;
  }

  static async open(dir: string, keys: CarrierKeys): Promise<Ledger> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const db = await Database.open(ledgerFile(dir), 'write');
    await prepare(db);
    return new Ledger(db, keys);
  }

  /** @throws `fleet.bad-message` when the holder was not sealed to this carrier */
  async take(event: KioskEvent, rules: SaleRules): Promise<Reply> {
    const { kiosk, epoch, seq } = event;
    const pseudonym = event.type === 'sale.authorise' ? await pseudonymOf(event.data.holder, this.#keys) : '';
    return this.#db.transaction(async () => {
      const upTo = await this.#upTo(kiosk, epoch);
      if (seq > upTo + 1) return { ack: { epoch, replay: [upTo + 1, seq - 1] } };
      if (seq <= upTo) return this.#repeated(event, upTo);
      const answer = await this.#apply(event, pseudonym, rules);
      if (answer)
        await this.#db.run(
          'INSERT OR IGNORE INTO answer ("transaction", ask, payload) VALUES (?, ?, ?)',
          answer.transaction,
          answer.ask,
          JSON.stringify(answer),
        );
      await this.#db.run(
        'INSERT INTO kiosk (kiosk, epoch, upTo) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET upTo = excluded.upTo',
        kiosk,
        epoch,
        seq,
      );
      return { ...(answer && { answer }), ack: { epoch, upTo: seq } };
    });
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  async #upTo(kiosk: string, epoch: string): Promise<number> {
    const row = await this.#db.get('SELECT upTo FROM kiosk WHERE kiosk = ? AND epoch = ?', kiosk, epoch);
    return row ? count(row, 'upTo') : 0;
  }

  async #repeated(event: KioskEvent, upTo: number): Promise<Reply> {
    const ack = { epoch: event.epoch, upTo };
    const answer = await this.#answered(event);
    return answer ? { answer, ack } : { ack };
  }

  /** The same ask always gets the same answer, also when it comes as a new event. */
  async #answered({ type, data }: KioskEvent): Promise<Answer | undefined> {
    if (type !== 'sale.authorise' && type !== 'sale.bind') return undefined;
    const row = await this.#db.get(
      'SELECT payload FROM answer WHERE "transaction" = ? AND ask = ?',
      data.transaction,
      type,
    );
    return row && Answer.parse(parseJson(text(row, 'payload')));
  }

  async #apply(event: KioskEvent, pseudonym: string, rules: SaleRules): Promise<Answer | undefined> {
    switch (event.type) {
      case 'sale.authorise':
        return (await this.#answered(event)) ?? authorise(this.#db, event, event.data, pseudonym, rules);
      case 'sale.bind':
        return (await this.#answered(event)) ?? bind(this.#db, event.data, rules);
      case 'sale.taken':
        await this.#note(event, await activate(this.#db, event.data));
        return undefined;
      case 'sale.void':
        await this.#note(event, await close(this.#db, event.data.transaction, 'void'));
        return undefined;
      case 'sale.uncertain':
        await this.#note(event, await close(this.#db, event.data.transaction, 'uncertain'));
        return undefined;
      case 'card.settled':
        await this.#note(event, await settle(this.#db, event.data));
        return undefined;
      case 'security.tamper':
      case 'technician.action':
      case 'visit.started':
      case 'card.refused':
      case 'visit.ended':
      case 'stock.loaded':
      case 'service.changed':
        return undefined;
    }
  }

  async #note({ kiosk, epoch, seq }: KioskEvent, anomaly: string | undefined): Promise<void> {
    if (anomaly === undefined) return;
    await this.#db.run(
      'INSERT INTO anomaly (kiosk, epoch, seq, means) VALUES (?, ?, ?, ?)',
      kiosk,
      epoch,
      seq,
      anomaly,
    );
  }
}
