import { randomUUID } from 'node:crypto';
import { test } from 'tap';
import { eachSlice, readKiosks } from '../../src/carrier/read-kiosks.js';
import { ledgerFile } from '../../src/carrier/ledger-file.js';
import { SqliteCarrierStore } from '../../src/carrier/sqlite-store.js';
import { DOWN_MS } from '../../src/fleet/condition.js';
import type { KioskBirth } from '../../src/fleet/presence.js';
import { Database } from '../../src/lib/sqlite.js';
import { newSigner } from '../support/signed.js';

const NOW = Date.parse('2026-06-01T12:00:00.000Z');
const TIME = new Date(NOW).toISOString();
const EPOCH = randomUUID();

const birth = (session: number, revision: number, changes: Partial<KioskBirth> = {}): KioskBirth => ({
  ...{ online: true, session, revision, epoch: EPOCH, lastSeq: 0, version: '1' },
  ...{ at: TIME, sellable: true, reasons: [], state: 'idle', since: TIME },
  ...changes,
});

test('every kiosk that is enrolled or was heard of is listed, with what it said last', async (t) => {
  const dir = t.testdir();
  const store = await SqliteCarrierStore.open(dir);
  t.teardown(() => store.close());
  const { kid, ...key } = (await newSigner()).publicKey;
  await store.registry.pin('kiosk-1', { kid, key }, NOW, NOW);
  await store.presences.take('kiosk-2', birth(1, 1, { sellable: false, reasons: ['camera.offline'] }), NOW + 1_500);
  await store.presences.take('kiosk-3', { online: false, session: 1, epoch: EPOCH }, NOW);
  t.match(await readKiosks(dir, NOW + 2_000), [
    { kiosk: 'kiosk-1', condition: 'never-heard' },
    {
      ...{ kiosk: 'kiosk-2', condition: 'out-of-service', silentMs: 500, clockOffsetMs: -1_500, outboxAgeMs: 0 },
      said: { reasons: ['camera.offline'] },
    },
    { kiosk: 'kiosk-3', condition: 'disconnected' },
  ]);
});

test('what was retained, a last will and an older word do not make a silent kiosk speak', async (t) => {
  const dir = t.testdir();
  const store = await SqliteCarrierStore.open(dir);
  t.teardown(() => store.close());
  const { presences } = store;
  const conditionAt = async (now: number) => (await readKiosks(dir, now))[0]?.condition;
  await presences.take('kiosk-1', birth(1, 2), NOW);
  const later = NOW + DOWN_MS - 1;
  t.equal(await conditionAt(later), 'sellable');
  t.equal(await presences.take('kiosk-1', birth(1, 2), later), true);
  t.equal(await presences.take('kiosk-1', birth(1, 1), later), false);
  t.equal(await conditionAt(NOW + DOWN_MS), 'down');
  t.ok(await presences.take('kiosk-1', { online: false, session: 1, epoch: EPOCH }, later));
  t.equal(await conditionAt(later), 'disconnected');
  t.equal(await conditionAt(NOW + DOWN_MS), 'down');
  t.equal(await presences.take('kiosk-1', birth(1, 3), later), true);
  t.equal(await conditionAt(NOW + DOWN_MS), 'sellable', 'a new word does');
  const renewed = birth(1, 1, { epoch: randomUUID(), sellable: false });
  t.equal(await presences.take('kiosk-1', renewed, later), true);
  t.equal(await conditionAt(later), 'out-of-service', 'of a new journal, too');
});

test('many kiosks are read some at a time, each once', async (t) => {
  const dir = t.testdir();
  const store = await SqliteCarrierStore.open(dir);
  await store.presences.take('kiosk-1', birth(1, 1), NOW);
  await store.presences.take('kiosk-1', birth(1, 1, { epoch: randomUUID() }), NOW);
  await store.close();
  const db = await Database.open(ledgerFile(dir), 'write');
  await db.run(
    `INSERT INTO pinned (kiosk, kid, jwk, since)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
     SELECT 'kiosk-' || (i / 2), i, '', 0 FROM n`,
  );
  await db.close();
  const slices: string[][] = [];
  await eachSlice(dir, NOW, (slice) => void slices.push(slice.map(({ kiosk }) => kiosk)));
  t.ok(slices.every((slice) => slice.length <= 500));
  const names = Array.from({ length: 1_001 }, (_, index) => `kiosk-${index}`).sort();
  t.same(slices.flat(), names);
  t.same(
    (await readKiosks(dir, NOW)).map(({ kiosk }) => kiosk),
    names,
  );
});

test('a kiosk that comes back with its earlier journal is believed; what it said before is still old', async (t) => {
  const dir = t.testdir();
  const store = await SqliteCarrierStore.open(dir);
  t.teardown(() => store.close());
  const { presences } = store;
  const OTHER = randomUUID();
  const say = (epoch: string, session: number, revision: number) =>
    presences.take('kiosk-1', birth(session, revision, { epoch, version: `${session}.${revision}` }), NOW);
  const version = async () => (await readKiosks(dir, NOW))[0]?.said?.version;
  t.equal(await say(EPOCH, 41, 1), true);
  t.equal(await say(EPOCH, 41, 2), true);
  t.equal(await say(OTHER, 1, 1), true, 'started once without its disk');
  for (const [session, revision] of [
    [41, 2],
    [41, 1],
    [40, 9],
  ] as const)
    t.equal(await say(EPOCH, session, revision), false, `${session}.${revision} was heard, or is older than what was`);
  t.equal(await presences.take('kiosk-1', { online: false, session: 42, epoch: EPOCH }, NOW), false, 'a last will');
  t.equal(await version(), '1.1');
  t.equal(await say(EPOCH, 42, 1), true);
  t.equal(await version(), '42.1');
  t.equal(await say(EPOCH, 42, 2), true);
  t.equal(await version(), '42.2');
  t.equal(await say(OTHER, 1, 1), false, 'now that is the earlier one');
  t.equal(await version(), '42.2');
});

test('what a presence costs does not depend on how many kiosks there are', async (t) => {
  const dir = t.testdir();
  const store = await SqliteCarrierStore.open(dir);
  t.teardown(() => store.close());
  let revision = 0;
  /** The fastest of some. Milliseconds. */
  const cost = async (): Promise<number> => {
    const costs: number[] = [];
    for (const end = revision + 20; revision < end; revision += 1) {
      const begun = performance.now();
      await store.presences.take('kiosk-1', birth(1, revision), NOW);
      costs.push(performance.now() - begun);
    }
    return Math.min(...costs);
  };
  const alone = await cost();
  const db = await Database.open(ledgerFile(dir), 'write');
  await db.run(
    `INSERT INTO presence (kiosk, epoch, session, revision, online, state, at, since)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
     SELECT 'other-' || i, ?, 1, 1, 1, ?, ?, i FROM n`,
    EPOCH,
    JSON.stringify(birth(1, 1)),
    NOW,
  );
  await db.close();
  const among = await cost();
  t.ok(among < 10 * alone, `${among.toFixed(2)} ms, alone ${alone.toFixed(2)} ms`);
});

test('measurements count when they are of the connection that the kiosk said it is on, and newer', async (t) => {
  const dir = t.testdir();
  const store = await SqliteCarrierStore.open(dir);
  t.teardown(() => store.close());
  const { presences } = store;
  const take = (session: number, number: number, stock: number, epoch = EPOCH) =>
    presences.takeTelemetry('kiosk-1', { session, number, epoch, at: TIME, measured: { stock } }, NOW);
  const stock = async () => (await readKiosks(dir, NOW))[0]?.measured?.stock;
  t.equal(await take(1, 1, 9), false, 'nothing is known of this kiosk');
  await presences.take('kiosk-1', birth(1, 1), NOW);
  t.equal(await take(1, 2, 8), true);
  t.equal(await take(1, 1, 9), false, 'an older one');
  t.equal(await take(1, 2, 9), true, 'the same again');
  t.equal(await stock(), 8);
  await presences.take('kiosk-1', birth(2, 1), NOW);
  t.equal(await take(1, 3, 7), false, 'of an earlier connection');
  t.equal(await take(2, 1, 6), true);
  t.equal(await take(2, 2, 5, randomUUID()), false, 'of another journal');
  t.equal(await stock(), 6);
});

test('what is odd about a kiosk is said of it, and of no other, the newest first and not without end', async (t) => {
  const dir = t.testdir();
  const store = await SqliteCarrierStore.open(dir);
  t.teardown(() => store.close());
  await store.presences.take('kiosk-1', birth(1, 1), NOW);
  await store.presences.take('kiosk-2', birth(1, 1), NOW);
  const anomaly = { kiosk: 'kiosk-2', epoch: EPOCH, means: 'a card was taken that was not bound' };
  for (let seq = 1; seq <= 30; seq += 1) await store.transaction((books) => books.note({ ...anomaly, seq }));
  const [first, second] = await readKiosks(dir, NOW);
  t.same(first?.odd, []);
  t.same(
    second?.odd.map(({ seq }) => seq),
    Array.from({ length: 20 }, (_, index) => 30 - index),
  );
  t.match(second?.odd[0], { epoch: EPOCH, means: anomaly.means });
});
