import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { loadKeys } from '../../src/carrier/keys.js';
import { pseudonymOf } from '../../src/carrier/holder.js';
import { Ledger, type Reply } from '../../src/carrier/ledger.js';
import { readLedger } from '../../src/carrier/read-ledger.js';
import { ledgerFile } from '../../src/carrier/ledger-file.js';
import { SqliteCarrierStore } from '../../src/carrier/sqlite-store.js';
import type { SaleRules } from '../../src/carrier/rules.js';
import type { Answer } from '../../src/fleet/answers.js';
import type { Draft, EventData } from '../../src/fleet/messages.js';
import { newMailbox, type Mailbox } from '../../src/fleet/mailbox.js';
import { seal } from '../../src/fleet/seal.js';
import { batchIccids } from '../../src/lib/iccid.js';
import { Database, text } from '../../src/lib/sqlite.js';

const RULES: SaleRules = { policy: 'rules', holderLimit: 2 };
const HEAD = '0'.repeat(64);
const EPOCH = randomUUID();
const LATER = '2999-01-01T00:00:00.000Z';
const PAST = '2020-01-01T00:00:00.000Z';
const [CARD = '', OTHER_CARD = ''] = batchIccids(2);
const ANNA = { type: 'resident', number: '110101199001010010', name: '王小明' };
const BERT = { ...ANNA, number: '110101199001010029' };

/** The carrier's books in a new folder, and a kiosk whose events count up by themselves. */
async function openBooks(t: Test) {
  const dir = t.testdir();
  const keys = await loadKeys(join(dir, 'keys.json'));
  const open = async (): Promise<Ledger> => {
    const kept = await loadKeys(join(dir, 'keys.json'));
    return new Ledger(await SqliteCarrierStore.open(dir), (sealed) => pseudonymOf(sealed, kept));
  };
  let ledger = await open();
  t.teardown(() => ledger.close());
  let last = 0;
  const take = (seq: number, draft: Draft, rules = RULES, epoch = EPOCH, kiosk = 'kiosk-1'): Promise<Reply> =>
    ledger.take(
      { ...draft, id: randomUUID(), kiosk, time: new Date().toISOString(), epoch, seq, head: HEAD },
      { rules, now: Date.now(), newApproval: randomUUID, newReference: randomUUID },
    );
  const next = (draft: Draft, rules?: SaleRules): Promise<Reply> => take((last += 1), draft, rules);
  const ask = async (
    transaction: string,
    holder: object = ANNA,
    deadline = LATER,
    service = 'new-sim',
    replaces?: number,
  ): Promise<Draft> => ({
    type: 'sale.authorise',
    data: {
      transaction,
      service,
      deadline,
      ...(replaces !== undefined && { replaces }),
      holder: await seal(holder, keys.publicKey),
      consent: { version: '1', sha256: '', noPassingOn: { version: '1', sha256: '' } },
    },
  });
  const status = async (transaction: string): Promise<string | undefined> =>
    (await readLedger(dir)).sales.find((sale) => sale.transaction === transaction)?.status;
  const list = async (transaction: string): Promise<{ listing: Draft; mailbox: Mailbox }> => {
    const mailbox = await newMailbox();
    const holder = await seal(ANNA, keys.publicKey);
    const data = { transaction, service: 'my-numbers', deadline: LATER, holder, key: mailbox.key };
    return { mailbox, listing: { type: 'numbers.list', data } };
  };
  return {
    dir,
    take,
    next,
    ask,
    status,
    check: async (transaction: string, service: string, holder: object = ANNA, deadline = LATER): Promise<Draft> => ({
      type: 'holder.check',
      data: { transaction, service, deadline, holder: await seal(holder, keys.publicKey) },
    }),
    list,
    /** A sale from the ask to the card in the hand. */
    async sell(transaction: string, iccid: string, holder: object = ANNA): Promise<void> {
      const approval = approvalIn((await next(await ask(transaction, holder))).answer);
      await next(bindOf({ transaction, approval, iccid }));
      await next(takenOf({ transaction, approval, iccid }));
    },
    /** Asks for a new card for the first number listed and returns the approval. */
    async replacing(transaction: string): Promise<string> {
      await next((await list(transaction)).listing);
      return approvalIn((await next(await ask(transaction, ANNA, LATER, 'replace-sim', 1))).answer);
    },
    statuses: (...transactions: readonly string[]) => Promise.all(transactions.map(status)),
    /** Asks for an approval and returns it. */
    async approval(transaction: string, holder: object = ANNA): Promise<string> {
      const { answer } = await next(await ask(transaction, holder));
      return approvalIn(answer);
    },
    anomalies: async () => (await readLedger(dir)).anomalies,
    async reopen(): Promise<void> {
      await ledger.close();
      ledger = await open();
    },
  };
}

const approvalIn = (answer: Answer | undefined): string => (answer && 'approval' in answer ? answer.approval : '');

const bindOf = (data: Omit<EventData<'sale.bind'>, 'deadline'>, deadline = LATER): Draft => ({
  type: 'sale.bind',
  data: { ...data, deadline },
});
const takenOf = (data: EventData<'sale.taken'>): Draft => ({ type: 'sale.taken', data });
const uncertainOf = (transaction: string, approval: string, iccid: string): Draft => ({
  type: 'sale.uncertain',
  data: { transaction, approval, iccid, reason: 'card.uncertain' },
});
const settledOf = (transaction: string, iccid: string, fate: EventData<'card.settled'>['fate']): Draft => ({
  type: 'card.settled',
  data: {
    ...{ transaction, iccid, fate, by: 'anna' },
    cards: { loaded: 2, inStack: 0, inTransport: 0, taken: 2, retained: 0, uncertain: 0 },
  },
});
const voidOf = (transaction: string): Draft => ({
  type: 'sale.void',
  data: { transaction, reason: 'dispenser.not-taken' },
});

async function rows(dir: string, table: string): Promise<readonly unknown[]> {
  const db = await Database.open(ledgerFile(dir), 'read');
  const all = await db.all(`SELECT * FROM ${table}`);
  await db.close();
  return all;
}

/** Numbers that the carrier gave away, by sale. */
async function numbers(dir: string): Promise<ReadonlyMap<string, string>> {
  const db = await Database.open(ledgerFile(dir), 'read');
  const rows = await db.all('SELECT number, "transaction" FROM number WHERE "transaction" IS NOT NULL');
  await db.close();
  return new Map(rows.map((row) => [text(row, 'transaction'), text(row, 'number')]));
}

test('an approved card that was bound and taken is active', async (t) => {
  const books = await openBooks(t);
  const transaction = randomUUID();
  const approval = await books.approval(transaction);
  t.ok(approval);
  t.equal(await books.status(transaction), 'approved');
  const { answer, ack } = await books.next(bindOf({ transaction, approval, iccid: CARD }));
  t.same(answer, { ask: 'sale.bind', transaction, decision: 'approved', approval });
  t.same(ack, { epoch: EPOCH, upTo: 2 });
  t.equal(await books.status(transaction), 'bound');
  t.same(await books.next(takenOf({ transaction, approval, iccid: CARD })), { ack: { epoch: EPOCH, upTo: 3 } });
  t.equal(await books.status(transaction), 'active');
  t.same(await books.anomalies(), []);
});

test('an event that comes again gets the same reply and has no further effect, also after a restart', async (t) => {
  const books = await openBooks(t);
  const transaction = randomUUID();
  const authorise = await books.ask(transaction);
  const first = await books.take(1, authorise);
  const again = await books.take(1, authorise);
  t.same(again, first);
  t.equal((await numbers(books.dir)).size, 1);
  const approval = approvalIn(first.answer);
  const bound = await books.take(2, bindOf({ transaction, approval, iccid: CARD }));
  const late = await books.take(1, authorise, { policy: 'refuse', holderLimit: 0 });
  t.same(late, { ...first, ack: { epoch: EPOCH, upTo: 2 } }, 'whatever the rules are now');
  await books.reopen();
  t.same(await books.take(2, bindOf({ transaction, approval, iccid: CARD })), bound);
  t.same(await books.take(3, voidOf(transaction)), { ack: { epoch: EPOCH, upTo: 3 } });
  await books.take(4, await books.ask(randomUUID()));
  t.same(await books.take(3, voidOf(transaction)), { ack: { epoch: EPOCH, upTo: 4 } });
  t.equal((await numbers(books.dir)).size, 1, 'the number that was given away since is not freed');
});

test('a gap is asked for again and nothing behind it is applied; each epoch counts for itself', async (t) => {
  const books = await openBooks(t);
  const transaction = randomUUID();
  const authorise = await books.ask(transaction);
  t.same(await books.take(3, authorise), { ack: { epoch: EPOCH, replay: [1, 2] } });
  t.equal(await books.status(transaction), undefined);
  const started: Draft = { type: 'visit.started', data: { transaction, service: 'sim' } };
  t.same(await books.take(1, started), { ack: { epoch: EPOCH, upTo: 1 } });
  t.same(await books.take(3, authorise), { ack: { epoch: EPOCH, replay: [2, 2] } });
  t.same(await books.take(2, started), { ack: { epoch: EPOCH, upTo: 2 } });
  t.match(await books.take(3, authorise), { answer: { decision: 'approved' }, ack: { upTo: 3 } });
  const epoch = randomUUID();
  t.same(await books.take(4, started, RULES, epoch), { ack: { epoch, replay: [1, 3] } });
  t.same(await books.take(1, started, RULES, epoch), { ack: { epoch, upTo: 1 } });
  t.same(
    (await readLedger(books.dir)).kiosks.map(({ upTo }) => upTo).sort((a, b) => a - b),
    [1, 3],
  );
});

test('a void frees the number for somebody else, and the approval is worth nothing any more', async (t) => {
  const books = await openBooks(t);
  const [first, second] = [randomUUID(), randomUUID()];
  const approval = await books.approval(first);
  const number = (await numbers(books.dir)).get(first);
  t.match(number, /^\+861700\d{7}$/);
  await books.next(voidOf(first));
  t.equal((await numbers(books.dir)).size, 0);
  const { answer } = await books.next(bindOf({ transaction: first, approval, iccid: CARD }));
  t.match(answer, { decision: 'refused', reason: 'carrier.card-refused' });
  await books.approval(second, BERT);
  t.same(await numbers(books.dir), new Map([[second, number]]));
  await books.next(voidOf(randomUUID()));
  t.same(await books.anomalies(), [], 'a void of what never arrived is nothing odd');
});

test('a card whose fate is uncertain keeps its number from everybody', async (t) => {
  const books = await openBooks(t);
  const transaction = randomUUID();
  await books.approval(transaction);
  await books.next({ type: 'sale.uncertain', data: { transaction, reason: 'card.uncertain' } });
  t.equal(await books.status(transaction), 'uncertain');
  t.ok((await numbers(books.dir)).has(transaction));
});

test('what cannot be is noted: taken without binding, as another card or after a void, voided after it was taken', async (t) => {
  const books = await openBooks(t);
  const [first, second] = [randomUUID(), randomUUID()];
  const approval = await books.approval(first);
  await books.next(takenOf({ transaction: first, approval, iccid: CARD }));
  t.equal(await books.status(first), 'approved', 'the number does not go live');
  await books.next(bindOf({ transaction: first, approval, iccid: CARD }));
  await books.next(takenOf({ transaction: first, approval, iccid: OTHER_CARD }));
  t.equal(await books.status(first), 'bound');
  await books.next(takenOf({ transaction: first, approval, iccid: CARD }));
  await books.next(voidOf(first));
  t.equal(await books.status(first), 'active');
  t.ok((await numbers(books.dir)).has(first));
  await books.next(takenOf({ transaction: second, approval, iccid: OTHER_CARD }));
  t.match(await books.anomalies(), [/not bound/, /not bound/, /voided/, /not bound/]);

  const voided = randomUUID();
  const late = await books.approval(voided);
  await books.next(bindOf({ transaction: voided, approval: late, iccid: OTHER_CARD }));
  await books.next(voidOf(voided));
  await books.next(takenOf({ transaction: voided, approval: late, iccid: OTHER_CARD }));
  t.equal(await books.status(voided), 'void', 'its number may be somebody else’s by now');
  t.equal((await books.anomalies()).length, 5);
});

test('a card is bound once, with its own approval, before the deadline', async (t) => {
  const books = await openBooks(t);
  const [first, second] = [randomUUID(), randomUUID()];
  const [mine, theirs] = [await books.approval(first), await books.approval(second, BERT)];
  const refused = { answer: { decision: 'refused', reason: 'carrier.card-refused' } };
  const offer = (transaction: string, approval: string, deadline?: string): Promise<Reply> =>
    books.next(bindOf({ transaction, approval, iccid: CARD }, deadline));
  t.match(await offer(first, theirs), refused);
  t.match(await offer(first, mine, '2020-01-01T00:00:00.000Z'), refused);
  t.equal(await books.status(first), 'approved');
  const third = randomUUID();
  const approval = await books.approval(third, BERT);
  t.match(await offer(third, approval), { answer: { decision: 'approved' } });
  t.match(await offer(second, theirs), refused, 'a card that another sale has');
  const late = await books.ask(randomUUID(), ANNA, '2020-01-01T00:00:00.000Z');
  t.match(await books.next(late), { answer: { decision: 'refused', reason: 'carrier.no-answer' } });
});

test('nobody has more cards than the limit, however their record was sealed; a void counts no more', async (t) => {
  const books = await openBooks(t);
  const [first, second] = [randomUUID(), randomUUID()];
  t.ok(await books.approval(first));
  t.ok(await books.approval(second, { name: 'W. Xiaoming', number: ANNA.number, type: ANNA.type }));
  const third = await books.next(await books.ask(randomUUID()));
  t.match(third.answer, { decision: 'refused', reason: 'carrier.holder-limit' });
  t.equal((await numbers(books.dir)).size, 2, 'a refusal takes no number');
  t.ok(await books.approval(randomUUID(), BERT), 'somebody else');
  await books.next(voidOf(first));
  t.ok(await books.approval(randomUUID()));
});

test('a carrier that refuses everything says so; one that is silent acknowledges and answers nothing', async (t) => {
  const books = await openBooks(t);
  const transaction = randomUUID();
  const approval = await books.approval(transaction);
  const bind = bindOf({ transaction, approval, iccid: CARD });
  const other = randomUUID();
  const unbound = bindOf({ transaction: other, approval: await books.approval(other, BERT), iccid: CARD });
  const [refuse, silent] = [
    { ...RULES, policy: 'refuse' },
    { ...RULES, policy: 'silent' },
  ] as const;
  t.match(await books.next(bind, refuse), { answer: { decision: 'refused', reason: 'carrier.card-refused' } });
  const refused = await books.next(await books.ask(randomUUID()), refuse);
  t.match(refused, { answer: { decision: 'refused', reason: 'carrier.refused' }, ack: { upTo: 4 } });
  const unanswered = await books.ask(randomUUID());
  t.same(await books.next(unanswered, silent), { ack: { epoch: EPOCH, upTo: 5 } });
  t.same(await books.take(5, unanswered), { ack: { epoch: EPOCH, upTo: 5 } }, 'nor later');
  t.same(await books.next(unbound, silent), { ack: { epoch: EPOCH, upTo: 6 } });
  t.equal((await numbers(books.dir)).size, 2);
});

test('an ask that comes again as a new event gets the answer it got', async (t) => {
  const books = await openBooks(t);
  const ask = await books.ask(randomUUID());
  const first = await books.next(ask);
  const again = await books.next(ask);
  t.same(again.answer, first.answer);
  t.match(again, { ack: { upTo: 2 } });
  t.equal((await numbers(books.dir)).size, 1);
});

test('a record that was not sealed to this carrier is refused, not counted, and stops nothing', async (t) => {
  const books = await openBooks(t);
  const strangers = await loadKeys(join(t.testdir({}), 'keys.json'));
  const transaction = randomUUID();
  const good = await books.ask(transaction);
  if (good.type !== 'sale.authorise') return;
  const refused = { decision: 'refused', reason: 'fleet.bad-seal' };
  for (const holder of ['', 'x.y.z', await seal(ANNA, strangers.publicKey)]) {
    const bad: Draft = { ...good, data: { ...good.data, transaction: randomUUID(), holder } };
    t.match(await books.next(bad), { answer: refused });
  }
  t.match(await books.next(await books.ask(randomUUID(), { name: ANNA.name })), { answer: refused });
  t.match(await books.next(good), { answer: { decision: 'approved' }, ack: { upTo: 5 } });
});

test('the keys are made once, for their owner only, and never replaced', async (t) => {
  const dir = t.testdir();
  const file = join(dir, 'deep', 'keys.json');
  const keys = await loadKeys(file);
  t.equal((await stat(file)).mode & 0o777, 0o600);
  t.equal((await stat(join(dir, 'deep'))).mode & 0o777, 0o700);
  t.same(await loadKeys(file), keys);
  await writeFile(file, 'garbage');
  await t.rejects(loadKeys(file));
  t.equal(await readFile(file, 'utf8'), 'garbage');
});

test('no file of the carrier holds a name or number of anybody in the clear', async (t) => {
  const books = await openBooks(t);
  const transaction = randomUUID();
  const approval = await books.approval(transaction);
  await books.next(bindOf({ transaction, approval, iccid: CARD }));
  const everything = async (): Promise<Buffer> =>
    Buffer.concat(await Promise.all((await readdir(books.dir)).map((file) => readFile(join(books.dir, file)))));
  const search = async (): Promise<void> => {
    const bytes = await everything();
    t.ok(bytes.includes(transaction), 'the search finds what is there');
    for (const secret of [ANNA.number, ANNA.name])
      for (const encoding of ['utf8', 'utf16le'] as const) {
        const plain = Buffer.from(secret, encoding);
        for (const form of [plain, plain.toString('hex'), plain.toString('base64').replace(/=+$/, '')])
          t.notOk(bytes.includes(form), encoding);
      }
  };
  await search();
  await books.reopen();
  await search();
});

test('before a face is captured the carrier says whether it would serve the holder, and reserves nothing', async (t) => {
  const books = await openBooks(t);
  const check = async (service: string, holder: object = ANNA, rules = RULES): Promise<Answer | undefined> =>
    (await books.next(await books.check(randomUUID(), service, holder), rules)).answer;
  const may = { ask: 'holder.check', decision: 'approved' };
  t.match(await check('new-sim'), may);
  t.match(await check('my-numbers'), may, 'who has none may ask for them');
  t.match(await check('replace-sim'), { decision: 'refused', reason: 'carrier.no-numbers' });
  t.equal((await numbers(books.dir)).size, 0);
  await books.sell(randomUUID(), CARD);
  t.match(await check('replace-sim'), may);
  await books.sell(randomUUID(), OTHER_CARD);
  t.match(await check('new-sim'), { decision: 'refused', reason: 'carrier.holder-limit' });
  t.match(await check('replace-sim'), may, 'a new card is no new number');
  t.match(await check('new-sim', BERT), may);
  t.match(await check('new-sim', BERT, { ...RULES, policy: 'refuse' }), { reason: 'carrier.refused' });
  t.equal(await check('new-sim', BERT, { ...RULES, policy: 'silent' }), undefined);
  t.match((await books.next(await books.check(randomUUID(), 'new-sim', BERT, PAST))).answer, {
    reason: 'carrier.no-answer',
  });
});

test('a holder sees their numbers masked, sealed to the visit; one that is not theirs opens a case, once', async (t) => {
  const books = await openBooks(t);
  await books.sell(randomUUID(), CARD);
  const theirs = randomUUID();
  await books.sell(theirs, OTHER_CARD, BERT);
  const transaction = randomUUID();
  const { listing, mailbox } = await books.list(transaction);
  const { answer } = await books.next(listing);
  const sealed = answer && 'numbers' in answer ? answer.numbers : '';
  t.same(await mailbox.open(sealed), [{ entry: 1, masked: '170****0001' }]);
  await t.rejects((await newMailbox()).open(sealed), 'nobody else reads it');
  const dispute = (entry: number, of = transaction): Promise<Reply> =>
    books.next({ type: 'number.dispute', data: { transaction: of, deadline: LATER, entry } });
  t.match((await dispute(2, randomUUID())).answer, { decision: 'refused', reason: 'carrier.number-foreign' });
  const opened = await dispute(1);
  t.match(opened.answer, { ask: 'number.dispute', decision: 'approved', reference: /./ });
  t.same((await dispute(1)).answer, opened.answer, 'the same case');
  t.equal((await rows(books.dir, 'dispute')).length, 1);
  const other = randomUUID();
  await books.next((await books.list(other)).listing);
  t.match((await dispute(2, other)).answer, { reason: 'carrier.number-foreign' }, 'what was not listed');
});

test('a card is replaced once its new one is taken: then the old one is dead, and the number is on the new one', async (t) => {
  const books = await openBooks(t);
  const [old, replacement] = [randomUUID(), randomUUID()];
  await books.sell(old, CARD);
  const before = await numbers(books.dir);
  const approval = await books.replacing(replacement);
  await books.next(bindOf({ transaction: replacement, approval, iccid: OTHER_CARD }));
  t.same(await books.statuses(old, replacement), ['active', 'bound'], 'until then the old one is live');
  await books.next(takenOf({ transaction: replacement, approval, iccid: OTHER_CARD }));
  t.same(await books.statuses(old, replacement), ['replaced', 'active']);
  t.same([...(await numbers(books.dir))], [[replacement, before.get(old)]], 'the same number');
  const again = randomUUID();
  const late = bindOf({ transaction: again, approval: await books.approval(again, BERT), iccid: CARD });
  t.match((await books.next(late)).answer, { reason: 'carrier.card-refused' }, 'a dead card stays dead');
  t.same(await books.anomalies(), []);
});

test('a new card that is not taken is dead, and the old one stays live; an uncertain one waits for a technician', async (t) => {
  const books = await openBooks(t);
  const [old, left, lost] = [randomUUID(), randomUUID(), randomUUID()];
  await books.sell(old, CARD);
  const first = await books.replacing(left);
  await books.next(bindOf({ transaction: left, approval: first, iccid: OTHER_CARD }));
  t.equal(await books.replacing(randomUUID()), '', 'one at a time');
  await books.next(voidOf(left));
  t.same(await books.statuses(old, left), ['active', 'void']);
  t.equal((await numbers(books.dir)).size, 1, 'the number stays the holder’s');
  const approval = await books.replacing(lost);
  await books.next(bindOf({ transaction: lost, approval, iccid: OTHER_CARD }));
  await books.next(uncertainOf(lost, approval, OTHER_CARD));
  t.same(await books.statuses(old, lost), ['active', 'uncertain']);
  await books.next(settledOf(lost, OTHER_CARD, 'taken'));
  t.same(await books.statuses(old, lost), ['replaced', 'active']);
});

test('a card that never left the stack frees the number of its sale, and may be bound to another', async (t) => {
  const books = await openBooks(t);
  const [lost, next] = [randomUUID(), randomUUID()];
  const approval = await books.approval(lost);
  await books.next({ type: 'sale.uncertain', data: { transaction: lost, approval, reason: 'card.uncertain' } });
  await books.next(settledOf(lost, CARD, 'stack'));
  t.equal((await numbers(books.dir)).size, 0);
  await books.sell(next, CARD);
  t.same(await books.statuses(lost, next), ['void', 'active']);
  t.same(await books.anomalies(), []);
});

test('a card that may be in somebody’s hand is bound to nobody else until a technician has settled it', async (t) => {
  const books = await openBooks(t);
  const [lost, next] = [randomUUID(), randomUUID()];
  const approval = await books.approval(lost);
  await books.next(bindOf({ transaction: lost, approval, iccid: CARD }));
  await books.next(uncertainOf(lost, approval, CARD));
  const other = bindOf({ transaction: next, approval: await books.approval(next, BERT), iccid: CARD });
  t.match((await books.next(other)).answer, { decision: 'refused', reason: 'carrier.card-refused' });
  await books.next(settledOf(lost, CARD, 'stack'));
  await books.sell(randomUUID(), CARD, BERT);
  t.same(await books.statuses(lost, next), ['void', 'approved']);
});

test('a card that is another sale’s is not settled as taken; the kiosk is heard, and no sale takes the other’s place', async (t) => {
  const books = await openBooks(t);
  const [lost, other] = [randomUUID(), randomUUID()];
  const approval = await books.approval(lost);
  await books.next(bindOf({ transaction: lost, approval, iccid: CARD }));
  await books.next(uncertainOf(lost, approval, CARD));
  await books.sell(other, OTHER_CARD, BERT);
  const db = await Database.open(ledgerFile(books.dir), 'write');
  const put = (status: string) =>
    db.run('UPDATE sale SET iccid = ?, status = ? WHERE "transaction" = ?', CARD, status, other);
  for (const status of ['bound', 'active', 'replaced']) {
    // Books from before may have it so.
    await put(status);
    const { ack } = await books.next(settledOf(lost, CARD, 'taken'));
    t.match(ack, { upTo: Number }, status);
    t.same(await books.statuses(lost, other), ['uncertain', status]);
  }
  t.match(await books.anomalies(), [/another sale's/, /another sale's/, /another sale's/]);
  await put('active');
  await db.close();
  const store = await SqliteCarrierStore.open(books.dir);
  t.teardown(() => store.close());
  await t.rejects(
    store.transaction(async (inside) => {
      const known = await inside.sale(lost);
      if (known) await inside.putSale({ ...known, transaction: randomUUID(), status: 'bound' });
    }),
    'what contradicts the books is not written over another sale',
  );
  t.same(await books.statuses(lost, other), ['uncertain', 'active']);
});

test('a sale that was voided or refused does not become uncertain: its number may be on its way to somebody else', async (t) => {
  const books = await openBooks(t);
  const [voided, replacement, refused] = [randomUUID(), randomUUID(), randomUUID()];
  const approval = await books.approval(voided);
  await books.next(bindOf({ transaction: voided, approval, iccid: CARD }));
  await books.next(voidOf(voided));
  await books.next(uncertainOf(voided, approval, CARD));
  t.match(await books.anomalies(), [/was void/]);
  await books.sell(randomUUID(), CARD);
  t.ok(await books.replacing(replacement));
  t.equal(await books.replacing(refused), '');
  await books.next({ type: 'sale.uncertain', data: { transaction: refused, reason: 'visit.interrupted' } });
  t.same(await books.statuses(voided, replacement, refused), ['void', 'approved', 'refused']);
  t.equal((await books.anomalies()).length, 1, 'a refusal leaves nothing to do');
});

test('of two new cards for one number only one may be on its way, also when the carrier was silent about the other', async (t) => {
  const books = await openBooks(t);
  const [unanswered, replacement] = [randomUUID(), randomUUID()];
  await books.sell(randomUUID(), CARD);
  await books.next((await books.list(unanswered)).listing);
  await books.next(await books.ask(unanswered, ANNA, LATER, 'replace-sim', 1), { ...RULES, policy: 'silent' });
  t.ok(await books.replacing(replacement));
  await books.next({ type: 'sale.uncertain', data: { transaction: unanswered, reason: 'visit.interrupted' } });
  t.same(await books.statuses(unanswered, replacement), ['unanswered', 'approved']);
  t.match(await books.anomalies(), [/another card/]);
});

test('only a number that was listed, is live and the holder’s own gets a new card; it counts once against the limit', async (t) => {
  const books = await openBooks(t);
  const old = randomUUID();
  await books.sell(old, CARD);
  const transaction = randomUUID();
  await books.next((await books.list(transaction)).listing);
  const as = async (of: string, holder: object, replaces?: number): Promise<Answer | undefined> =>
    (await books.next(await books.ask(of, holder, LATER, 'replace-sim', replaces))).answer;
  t.match(await as(transaction, BERT, 1), { reason: 'carrier.no-numbers' });
  await books.sell(randomUUID(), OTHER_CARD, BERT);
  const stolen = randomUUID();
  await books.next((await books.list(stolen)).listing);
  t.match(await as(stolen, BERT, 1), { reason: 'carrier.number-foreign' }, 'of somebody else’s list');
  t.match(await as(randomUUID(), ANNA, 1), { reason: 'carrier.number-foreign' }, 'without a list');
  t.match(await as(randomUUID(), ANNA), { reason: 'carrier.refused' }, 'without a choice');
  const fine = randomUUID();
  t.ok(await books.replacing(fine));
  const check = await books.next(await books.check(randomUUID(), 'new-sim'));
  t.match(check.answer, { decision: 'approved' }, 'one of two');
});

test('books from before cards could be replaced are brought up to date', async (t) => {
  const dir = t.testdir();
  const db = await Database.open(ledgerFile(dir), 'write');
  await db.exec(`
    CREATE TABLE sale ("transaction" TEXT PRIMARY KEY, kiosk TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('unanswered', 'refused', 'approved', 'bound', 'active', 'void', 'uncertain')),
      pseudonym TEXT NOT NULL, holder TEXT NOT NULL, approval TEXT, number TEXT, iccid TEXT) STRICT;
    CREATE INDEX saleByPseudonym ON sale (pseudonym);
    CREATE UNIQUE INDEX oneSalePerCard ON sale (iccid) WHERE status IN ('bound', 'active');
    INSERT INTO sale VALUES ('t', 'kiosk-1', 'active', 'p', 'h', 'a', '+8617000000001', '${CARD}');
  `);
  await db.close();
  const store = await SqliteCarrierStore.open(dir);
  await store.transaction(async (books) => {
    const sale = await books.sale('t');
    t.match(sale, { status: 'active', number: '+8617000000001', iccid: CARD, replaces: null });
    if (sale) await books.putSale({ ...sale, status: 'replaced' });
  });
  await store.close();
  t.equal((await readLedger(dir)).sales[0]?.status, 'replaced');
});

test("a kiosk has no say in another one's sale, and is told nothing of it", async (t) => {
  const { dir, take, next, ask, status } = await openBooks(t);
  const transaction = randomUUID();
  const asked = await ask(transaction);
  const { answer } = await next(asked);
  t.match(answer, { decision: 'approved' });
  const other = (seq: number, draft: Draft): Promise<Reply> => take(seq, draft, RULES, randomUUID(), 'kiosk-2');
  const epoch = randomUUID();
  const refused = { answer: { transaction, decision: 'refused', reason: 'carrier.refused' }, ack: { epoch, upTo: 1 } };
  t.match(await take(1, asked, RULES, epoch, 'kiosk-2'), refused);
  t.match(await take(1, asked, RULES, epoch, 'kiosk-2'), refused, 'nor when it asks again');
  t.match(await other(1, { type: 'sale.void', data: { transaction, reason: 'visit.cancelled' } }), {
    ack: { upTo: 1 },
  });
  t.equal(await status(transaction), 'approved');
  t.match((await readLedger(dir)).anomalies, [/another one's sale/, /another one's sale/]);
  t.same((await take(1, asked)).answer, answer, 'its own kiosk is answered as before');
});
