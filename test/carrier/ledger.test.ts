import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { loadKeys } from '../../src/carrier/keys.js';
import { pseudonymOf } from '../../src/carrier/holder.js';
import { Ledger, type Reply } from '../../src/carrier/ledger.js';
import { readLedger } from '../../src/carrier/read-ledger.js';
import { ledgerFile, SqliteCarrierStore } from '../../src/carrier/sqlite-store.js';
import type { SaleRules } from '../../src/carrier/sales.js';
import type { Draft, EventData } from '../../src/fleet/messages.js';
import { seal } from '../../src/fleet/seal.js';
import { batchIccids } from '../../src/lib/iccid.js';
import { Database, text } from '../../src/lib/sqlite.js';

const RULES: SaleRules = { policy: 'rules', holderLimit: 2 };
const HEAD = '0'.repeat(64);
const EPOCH = randomUUID();
const LATER = '2999-01-01T00:00:00.000Z';
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
  const take = (seq: number, draft: Draft, rules = RULES, epoch = EPOCH): Promise<Reply> =>
    ledger.take(
      { ...draft, id: randomUUID(), kiosk: 'kiosk-1', time: new Date().toISOString(), epoch, seq, head: HEAD },
      { rules, now: Date.now(), newApproval: randomUUID },
    );
  const next = (draft: Draft, rules?: SaleRules): Promise<Reply> => take((last += 1), draft, rules);
  const ask = async (transaction: string, holder: object = ANNA, deadline = LATER): Promise<Draft> => ({
    type: 'sale.authorise',
    data: {
      transaction,
      service: 'sim',
      deadline,
      holder: await seal(holder, keys.publicKey),
      consent: { version: '1', sha256: '' },
    },
  });
  const status = async (transaction: string): Promise<string | undefined> =>
    (await readLedger(dir))?.sales.find((sale) => sale.transaction === transaction)?.status;
  return {
    dir,
    take,
    next,
    ask,
    status,
    /** Asks for an approval and returns it. */
    async approval(transaction: string, holder: object = ANNA): Promise<string> {
      const { answer } = await next(await ask(transaction, holder));
      return answer?.decision === 'approved' ? answer.approval : '';
    },
    anomalies: async () => (await readLedger(dir))?.anomalies,
    async reopen(): Promise<void> {
      await ledger.close();
      ledger = await open();
    },
  };
}

const bindOf = (data: Omit<EventData<'sale.bind'>, 'deadline'>, deadline = LATER): Draft => ({
  type: 'sale.bind',
  data: { ...data, deadline },
});
const takenOf = (data: EventData<'sale.taken'>): Draft => ({ type: 'sale.taken', data });
const voidOf = (transaction: string): Draft => ({
  type: 'sale.void',
  data: { transaction, reason: 'dispenser.not-taken' },
});

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
  const approval = first.answer?.decision === 'approved' ? first.answer.approval : '';
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
    (await readLedger(books.dir))?.kiosks.map(({ upTo }) => upTo).sort((a, b) => a - b),
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
  t.equal((await books.anomalies())?.length, 5);
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
