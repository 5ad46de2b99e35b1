import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, compactDecrypt, CompactSign, compactVerify, importJWK, type JWK } from 'jose';
import { connect, type MqttClient } from 'mqtt';

// A carrier in one file, written from asyncapi.json alone: it imports nothing of simkiosk. Its books are in memory; one that
// is to be relied on keeps them in a database, and in one commit what an event does and the mark that it was seen.

/** The carrier's own presence: retained, and its last will. */
const CENTRAL = 'sk/v1/central/state';

type Data = Readonly<Record<string, unknown>>;

/** The JSON that was signed, and the nonce that an answer to it carries. */
interface Signed {
  readonly text: string;
  readonly nonce: unknown;
}

/** Of an event's data what most have, and its holder, who is sealed. */
type Ask = Data & { readonly transaction?: string; readonly holder?: string };

interface Event {
  readonly source: string;
  readonly type: string;
  readonly epoch: string;
  readonly seq: number;
  readonly data: Ask;
}

interface Sale {
  readonly holder: string;
  readonly approval: string;
  iccid?: unknown;
  status: 'approved' | 'bound' | 'uncertain' | 'live' | 'void';
}

type Answer = { readonly decision: 'approved'; readonly approval?: string } | { decision: 'refused'; reason: string };

const approved = { decision: 'approved' } as const;
const refused = (reason: string): Answer => ({ decision: 'refused', reason });

export interface ForeignCarrierOptions {
  readonly broker: string;
  /** Private Ed25519 key as a JWK: signs whatever the carrier says. */
  readonly signingKey: JWK;
  /** Private X25519 key as a JWK: opens who the holder is. */
  readonly sealingKey: JWK;
  /** Public key of each kiosk, by its name. */
  readonly kiosks: Readonly<Record<string, JWK>>;
  /** Most numbers that a holder may have. */
  readonly limit: number;
}

export class ForeignCarrier {
  /** By transaction. */
  readonly sales = new Map<string, Sale>();
  /** How often each thing was done: `upTo`, `replay`, `refused`, `approved`, `again`, `bad`. */
  readonly done = new Map<string, number>();
  readonly #options: ForeignCarrierOptions;
  readonly #pepper = randomBytes(32);
  /** By kiosk and epoch: digest of each event that took effect; the first is that of `seq` 1. */
  readonly #seen = new Map<string, string[]>();
  /** By transaction and ask: the same ask always gets the same answer. */
  readonly #answers = new Map<string, Answer>();
  /** By kiosk: `session` and `revision` of its newest birth. */
  readonly #births = new Map<string, readonly [number, number]>();
  readonly #session: number;
  readonly #client: MqttClient;
  #work: Promise<void> = Promise.resolve();

  protected constructor(options: ForeignCarrierOptions, session: number, will: string) {
    this.#options = options;
    this.#session = session;
    this.#client = connect(options.broker, {
      ...{ clean: true, resubscribe: false },
      will: { topic: CENTRAL, payload: Buffer.from(will), qos: 1, retain: true },
    });
    this.#client.on('error', () => this.#count('bad'));
    this.#client.on('connect', () => this.#do(() => this.#announce()));
    this.#client.on('message', (topic, payload) => this.received(topic, payload.toString()));
  }

  static async start(options: ForeignCarrierOptions): Promise<ForeignCarrier> {
    const session = Date.now();
    return new this(options, session, await sign(options.signingKey, CENTRAL, { online: false, session }));
  }

  async close(): Promise<void> {
    await this.#say(CENTRAL, { online: false, session: this.#session });
    await this.#client.endAsync();
    await this.#work;
  }

  protected received(topic: string, jws: string): void {
    this.#do(() => this.#handle(topic, jws));
  }

  /** One thing after the other. */
  #do(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch(() => this.#count('bad'));
  }

  async #announce(): Promise<void> {
    for (const kiosk of Object.keys(this.#options.kiosks)) {
      await this.#client.subscribeAsync([`sk/v1/${kiosk}/up/state`, `sk/v1/${kiosk}/up/event`], { qos: 1 });
    }
    await this.#say(CENTRAL, { online: true, session: this.#session });
  }

  async #handle(topic: string, jws: string): Promise<void> {
    const [, , kiosk = '', , what] = topic.split('/');
    const message = await this.#verified(kiosk, topic, jws);
    if (what === 'state') await this.#birth(kiosk, message);
    else await this.#event(kiosk, message);
  }

  /** What the kiosk of the topic has signed for this topic; anything else is refused. */
  async #verified(kiosk: string, topic: string, jws: string): Promise<Signed> {
    const key = await importJWK(this.#options.kiosks[kiosk] ?? {}, 'EdDSA');
    const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: ['EdDSA', 'ES256'] });
    if (protectedHeader['topic'] !== topic) throw new Error('signed for another topic');
    return { text: new TextDecoder().decode(payload), nonce: protectedHeader['nonce'] };
  }

  async #birth(kiosk: string, { text, nonce }: Signed): Promise<void> {
    const birth = JSON.parse(text) as { online: boolean; session: number; revision: number; epoch: string };
    if (!birth.online) return;
    const [session, revision] = this.#births.get(kiosk) ?? [0, 0];
    if (birth.session < session || (birth.session === session && birth.revision < revision)) return;
    this.#births.set(kiosk, [birth.session, birth.revision]);
    await this.#acknowledge(kiosk, nonce, { epoch: birth.epoch, upTo: this.#journal(kiosk, birth.epoch).length });
  }

  async #event(kiosk: string, { text, nonce }: Signed): Promise<void> {
    const event = JSON.parse(text) as Event;
    const { epoch, seq } = event;
    if (event.source !== `/kiosks/${kiosk}`) throw new Error('event of another kiosk');
    const journal = this.#journal(kiosk, epoch);
    const next = journal.length + 1;
    if (seq > next) return this.#acknowledge(kiosk, nonce, { epoch, replay: [next, seq] });
    const digest = createHash('sha256').update(text).digest('hex');
    if (seq === next) {
      await this.#apply(event);
      journal.push(digest);
    } else {
      this.#count('again');
      if (journal[seq - 1] !== digest) return this.#acknowledge(kiosk, nonce, { refused: 'journal.rewound' });
    }
    await this.#answer(kiosk, nonce, event);
    await this.#acknowledge(kiosk, nonce, { epoch, upTo: journal.length });
  }

  /** What an event does. That of an ask is its answer. */
  async #apply({ type, data }: Event): Promise<void> {
    const transaction = data.transaction ?? '';
    const sale = this.sales.get(transaction);
    switch (type) {
      case 'simkiosk.holder.check':
      case 'simkiosk.sale.authorise':
      case 'simkiosk.sale.bind':
      case 'simkiosk.numbers.list':
      case 'simkiosk.number.dispute':
        this.#answers.set(`${transaction} ${type}`, await this.#decide(type, transaction, data));
        return;
      case 'simkiosk.sale.taken':
        if (sale) sale.status = 'live';
        return;
      case 'simkiosk.sale.void':
        if (sale) sale.status = 'void';
        return;
      case 'simkiosk.sale.uncertain':
        if (sale) sale.status = 'uncertain';
        return;
      case 'simkiosk.card.settled':
        for (const settled of this.sales.values()) {
          if (settled.iccid === data['iccid']) settled.status = data['fate'] === 'taken' ? 'live' : 'void';
        }
    }
  }

  async #decide(type: string, transaction: string, data: Ask): Promise<Answer> {
    if (type === 'simkiosk.sale.bind') return this.#bind(transaction, data);
    if (data.holder === undefined || type === 'simkiosk.numbers.list') return refused('carrier.refused');
    const holder = await this.#holder(data.holder);
    const has = [...this.sales.values()].filter((sale) => sale.holder === holder && sale.status !== 'void');
    if (has.length >= this.#options.limit) return refused('carrier.holder-limit');
    if (type === 'simkiosk.holder.check') return approved;
    if (data['replaces'] !== undefined) return refused('carrier.number-foreign');
    const approval = randomUUID();
    this.sales.set(transaction, { holder, approval, status: 'approved' });
    return { ...approved, approval };
  }

  #bind(transaction: string, { approval, iccid }: Data): Answer {
    const sale = this.sales.get(transaction);
    if (sale?.approval !== approval || sale?.status !== 'approved') return refused('carrier.refused');
    const known = [...this.sales.values()].some((other) => other.iccid === iccid && other.status !== 'void');
    if (known) return refused('carrier.card-refused');
    sale.iccid = iccid;
    sale.status = 'bound';
    return { ...approved, approval: sale.approval };
  }

  /** A pseudonym: who the holder is stays nowhere. */
  async #holder(jwe: string): Promise<string> {
    const key = await importJWK(this.#options.sealingKey, 'ECDH-ES+A256KW');
    const { plaintext } = await compactDecrypt(jwe, key, {
      keyManagementAlgorithms: ['ECDH-ES+A256KW'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    const holder = JSON.parse(new TextDecoder().decode(plaintext)) as Readonly<Record<string, string>>;
    const { type, issuer, number } = holder;
    return createHmac('sha256', this.#pepper)
      .update(JSON.stringify([type, issuer, number]))
      .digest('hex');
  }

  async #answer(kiosk: string, nonce: unknown, { type, data }: Event): Promise<void> {
    const answer = this.#answers.get(`${data.transaction} ${type}`);
    if (!answer) return;
    this.#count(answer.decision);
    const ask = type.replace('simkiosk.', '');
    await this.#say(`sk/v1/${kiosk}/down/answer`, { ask, transaction: data.transaction, ...answer }, nonce);
  }

  async #acknowledge(kiosk: string, nonce: unknown, ack: Data): Promise<void> {
    for (const kind of ['upTo', 'replay', 'refused']) if (kind in ack) this.#count(kind);
    await this.#say(`sk/v1/${kiosk}/down/ack`, ack, nonce);
  }

  async #say(topic: string, message: Data, nonce?: unknown): Promise<void> {
    const jws = await sign(this.#options.signingKey, topic, message, nonce);
    await this.#client.publishAsync(topic, jws, { qos: 1, retain: nonce === undefined });
  }

  #journal(kiosk: string, epoch: string): string[] {
    const name = `${kiosk} ${epoch}`;
    const journal = this.#seen.get(name) ?? [];
    this.#seen.set(name, journal);
    return journal;
  }

  #count(what: string): void {
    this.done.set(what, (this.done.get(what) ?? 0) + 1);
  }
}

async function sign(key: JWK, topic: string, message: Data, nonce?: unknown): Promise<string> {
  const header = { alg: 'EdDSA', kid: await calculateJwkThumbprint(key), topic, ...(nonce !== undefined && { nonce }) };
  const text = new TextEncoder().encode(JSON.stringify(message));
  return new CompactSign(text).setProtectedHeader(header).sign(await importJWK(key, 'EdDSA'));
}
