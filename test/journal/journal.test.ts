import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { test } from 'tap';
import type { Draft } from '../../src/fleet/messages.js';
import type { Entry, OutboxRow } from '../../src/journal/entry.js';
import { Journal, openJournal } from '../../src/journal/journal.js';
import { EMPTY_LEDGER, relabelled } from '../../src/journal/chain.js';
import { LastWordFile } from '../../src/journal/last-word.js';
import { journalPaths } from '../../src/journal/paths.js';
import { readJournal } from '../../src/journal/read-journal.js';
import { migrate, migrations } from '../../src/journal/schema.js';
import { cardOf, SqliteStore } from '../../src/journal/sqlite-store.js';
import { batchIccids } from '../../src/lib/iccid.js';
import { Database } from '../../src/lib/sqlite.js';
import { initial } from '../../src/transaction/transaction.js';

const KIOSK = 'kiosk-1';
const AT = Date.UTC(2026, 0, 2);
const VISIT = randomUUID();
const HOLDER = fileURLToPath(new URL('holder.js', import.meta.url));
const [A = '', B = '', C = '', STRANGER = ''] = batchIccids(4);

const started: Draft = { type: 'visit.started', data: { transaction: VISIT, service: 'sim' } };
const entry = (changes: Partial<Entry> = {}): Entry => ({
  at: AT,
  event: { type: 'visit.started' },
  next: { ...initial(AT), state: 'consent', id: VISIT },
  messages: () => [],
  ...changes,
});
const saying = (messages: number): Entry => entry({ messages: () => Array.from({ length: messages }, () => started) });
const seqs = (rows: readonly OutboxRow[]): number[] => rows.map(({ seq }) => seq);
const outbox = async (journal: Journal): Promise<number[]> => seqs(await journal.unacknowledged(1_000_000, 0));
const upwards = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

/** Runs SQL on the file of a journal that nobody holds. */
async function tamper(dir: string, sql: string): Promise<void> {
  const db = await Database.open(journalPaths(dir).file, 'write');
  await db.exec(sql);
  await db.close();
}

test('what happened, the state, the card and the messages about it are one commit', async (t) => {
  const dir = t.testdir();
  const journal = await openJournal(dir, KIOSK);
  await journal.loadBatch('1', [A, B], AT);
  const before = await readJournal(dir);
  const throwing = (): never => {
    throw new Error('no message');
  };
  await t.rejects(journal.append(entry({ card: 'transport', messages: throwing })), { message: 'no message' });
  const stranger = entry({ card: 'transport', iccid: STRANGER, messages: () => [started] });
  await t.rejects(journal.append(stranger), { code: 'card.unknown', detail: `…${STRANGER.slice(-4)}` });
  t.same(await readJournal(dir), before, 'nothing of either is on the disk');
  t.same([journal.transaction(), journal.cards(), journal.lastSeq()], [undefined, before.cards, 1]);

  const next = { ...initial(AT), state: 'identifying', id: VISIT, faults: ['camera.offline'] } as const;
  const event = { type: 'card.staged', reason: 'visit.stuck' } as const;
  const messages: Entry['messages'] = (cards) => [
    started,
    { type: 'stock.loaded', data: { batch: '', count: 0, cards } },
  ];
  const rows = await journal.append(entry({ event, next, card: 'transport', messages }));
  t.match(rows, [{ seq: 2 }, { seq: 3, type: 'stock.loaded' }]);
  const sent = { source: `/kiosks/${KIOSK}`, epoch: journal.epoch, seq: 3, data: { cards: { inTransport: 1 } } };
  t.match(JSON.parse(rows[1]?.payload ?? ''), sent);
  t.same(await journal.unacknowledged(10, 1), rows);
  t.match(await readJournal(dir), { transaction: next, cards: { inTransport: 1 }, outbox: [1, 2, 3], committed: 3 });
  await journal.close();
  const db = await Database.open(journalPaths(dir).file, 'read');
  const events = await db.all('SELECT at, "transaction", type, reason, state FROM log WHERE id > 1');
  t.same(events, [{ at: AT, transaction: VISIT, type: 'card.staged', reason: 'visit.stuck', state: 'identifying' }]);
  await db.close();
});

test('numbers count from 1 without a gap and go on after a restart, in the same epoch', async (t) => {
  const dir = t.testdir();
  const first = await openJournal(dir, KIOSK);
  const { epoch } = first;
  const rows = await Promise.all([2, 0, 3, 1].map((messages) => first.append(saying(messages))));
  t.same(seqs(rows.flat()), upwards(1, 6));
  t.same([await first.nextSession(0), await first.nextSession(0)], [1, 2]);
  await first.close();
  const second = await openJournal(dir, KIOSK);
  t.equal(second.epoch, epoch);
  t.equal(second.transaction()?.id, VISIT);
  t.equal(second.lastSeq(), 6);
  t.same(seqs(await second.append(saying(2))), [7, 8]);
  t.equal(await second.nextSession(0), 3);
  await second.close();
  const other = await openJournal(join(dir, 'other'), KIOSK);
  t.not(other.epoch, epoch, 'another file is another epoch');
  await other.close();
});

test('messages stay until the carrier acknowledges them in this epoch, and only what it may know of', async (t) => {
  const dir = t.testdir();
  const journal = await openJournal(dir, KIOSK);
  await journal.append(saying(5));
  for (const [epoch, upTo] of [
    [randomUUID(), 3],
    [journal.epoch, 6],
    [journal.epoch, 0],
  ] as const) {
    journal.acknowledge(epoch, upTo);
    t.same(await outbox(journal), upwards(1, 5));
  }
  journal.acknowledge(journal.epoch, 3);
  journal.acknowledge(journal.epoch, 2);
  t.same(await outbox(journal), [4, 5]);
  t.same(journal.messages(), { committed: 5, acknowledged: 3 });
  t.same(seqs(await journal.unacknowledged(1, 4)), [5]);
  await journal.close();
  const again = await openJournal(dir, KIOSK);
  t.same(again.messages(), { committed: 5, acknowledged: 3 });
  t.same(await outbox(again), [4, 5]);
  again.acknowledge(again.epoch, 5);
  await again.writeAcknowledged();
  t.same(seqs(await again.append(saying(1))), [6], 'an empty outbox does not start the count again');
  await again.close();
});

test('what the carrier acknowledges is written with the next commit, when asked for, or when the journal is closed', async (t) => {
  const dir = t.testdir();
  const journal = await openJournal(dir, KIOSK);
  await journal.append(saying(4));
  const written = async (): Promise<number> => (await readJournal(dir)).acknowledged;
  journal.acknowledge(journal.epoch, 1);
  t.same([await written(), journal.messages().acknowledged, await outbox(journal)], [0, 1, [2, 3, 4]]);
  await journal.append(saying(0));
  t.equal(await written(), 1);
  journal.acknowledge(journal.epoch, 2);
  await journal.writeAcknowledged();
  t.equal(await written(), 2);
  journal.acknowledge(journal.epoch, 3);
  await journal.close();
  t.equal(await written(), 3);
  t.same((await readJournal(dir)).outbox, [4]);
});

test('a batch is loaded once, and a card that is known already is not counted again', async (t) => {
  const journal = await openJournal(t.testdir(), KIOSK);
  t.equal(await journal.loadBatch('1', [A, B], AT), 2);
  t.equal(await journal.loadBatch('1', [A, B, C], AT), 0);
  t.same([journal.cards().loaded, journal.lastSeq()], [2, 1]);
  t.equal(await journal.loadBatch('2', [B, C], AT), 1);
  t.match(journal.cards(), { loaded: 3, inStack: 3 });
  t.match(JSON.parse((await journal.unacknowledged(1, 1))[0]?.payload ?? ''), { data: { batch: '2', count: 1 } });
  await journal.close();
});

test('the next card stands for the one in the transport until that is identified, then they change places', async (t) => {
  const journal = await openJournal(t.testdir(), KIOSK);
  const where = (): unknown => [A, B, C].map((iccid) => journal.findCard(iccid)?.location);
  const move = (changes: Partial<Entry>): Promise<unknown> => journal.append(entry(changes));
  await move({ card: 'transport' });
  t.equal(journal.cards().inTransport, 0, 'a card that the ledger does not know moves nothing');
  await journal.loadBatch('1', [A, B, C], AT);
  await move({ card: 'transport' });
  await move({ card: 'transport' });
  t.same(where(), ['transport', 'stack', 'stack']);
  await move({ card: 'transport', iccid: A });
  t.same(where(), ['transport', 'stack', 'stack'], 'the card that was assumed');
  await move({ card: 'stack' });
  t.same(where(), ['stack', 'stack', 'stack'], 'the card in the transport was none of these');
  await move({ card: 'transport', iccid: C });
  t.same(where(), ['stack', 'stack', 'transport']);
  await move({ card: 'taken' });
  await t.rejects(move({ card: 'transport', iccid: C }), { code: 'card.unknown' }, 'a card that was sold');
  await move({ card: 'transport' });
  await move({ card: 'retained' });
  await move({ card: 'transport' });
  await move({ card: 'uncertain' });
  t.same(where(), ['retained', 'uncertain', 'taken']);
  t.equal(journal.findCard(STRANGER), undefined);
  t.same(journal.cards(), { loaded: 3, inStack: 0, inTransport: 0, taken: 1, retained: 1, uncertain: 1 });
  await journal.close();
});

test('one process writes a journal at a time; when it is killed the next one may', async (t) => {
  const dir = t.testdir();
  const first = await openJournal(dir, KIOSK);
  await t.rejects(openJournal(dir, KIOSK), { code: 'journal.locked' });
  await first.append(saying(1));
  await first.close();

  const holder = spawn(process.execPath, [HOLDER, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => holder.kill('SIGKILL'));
  const [said] = (await once(holder.stdout, 'data')) as [Buffer];
  t.equal(said.toString(), 'open\n');
  await t.rejects(openJournal(dir, KIOSK), { code: 'journal.locked' });
  t.equal((await readJournal(dir)).committed, 1, 'reading is not writing');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const next = await openJournal(dir, KIOSK);
  t.equal(next.lastSeq(), 1);
  await next.close();
});

test('a file that is damaged or no journal is reported each time and left as it is', async (t) => {
  const dir = t.testdir();
  const { file } = journalPaths(dir);
  const untouched = async (bytes: Uint8Array): Promise<void> => {
    await writeFile(file, bytes);
    await t.rejects(openJournal(dir, KIOSK), { code: 'journal.corrupt' });
    await t.rejects(openJournal(dir, KIOSK), { code: 'journal.corrupt' }, 'and not locked');
    await t.rejects(readJournal(dir), { code: 'journal.corrupt' });
    t.ok((await readFile(file)).equals(bytes));
  };
  await untouched(Buffer.alloc(8_192, 'garbage '));
  await rm(file);
  const journal = await openJournal(dir, KIOSK);
  await journal.loadBatch('1', batchIccids(200), AT);
  await journal.close();
  const good = await readFile(file);
  await untouched(Buffer.from(good).fill(0x5a, 4_096, 12_288));
  await untouched(good.subarray(0, good.length / 2));
  await writeFile(file, good);
  await tamper(dir, `INSERT INTO state (id, state) VALUES (1, '{"state":"dancing"}')`);
  await t.rejects(openJournal(dir, KIOSK), { code: 'journal.corrupt', detail: 'stored state' });
  await t.rejects(readJournal(dir), { code: 'journal.corrupt', detail: 'stored state' });
});

test('a journal of a newer program is left as it is', async (t) => {
  const dir = t.testdir();
  await (await openJournal(dir, KIOSK)).close();
  await tamper(dir, 'PRAGMA user_version = 99');
  const bytes = await readFile(journalPaths(dir).file);
  await t.rejects(openJournal(dir, KIOSK), { code: 'journal.too-new', detail: /99/ });
  await t.rejects(readJournal(dir), { code: 'journal.too-new' });
  t.ok((await readFile(journalPaths(dir).file)).equals(bytes));
});

test('a folder that cannot be made, or has no journal, says so; a new one is for its owner only', async (t) => {
  const dir = t.testdir({ file: 'no folder' });
  await t.rejects(openJournal(join(dir, 'file', 'state'), KIOSK), { code: 'journal.unwritable' });
  await t.rejects(readJournal(dir), { code: 'journal.missing', detail: dir });
  const made = join(dir, 'a', 'b');
  await (await openJournal(made, KIOSK)).close();
  t.equal((await stat(made)).mode & 0o777, 0o700);
});

/** Tried in a name space of its own, which nobody else sees. */
const mounting = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
const noMount = mounting.status === 0 ? false : 'only root may mount a file system that is full soon';

test(
  'on a full disk a commit fails as a whole and nothing follows it; opened again with room, it goes on',
  { skip: noMount },
  async (t) => {
    const dir = await mkdtemp(join(tmpdir(), 'full-disk-'));
    t.teardown(() => rm(dir, { recursive: true }));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir]);
    t.teardown(() => execFileSync('umount', ['--lazy', dir]));
    const journal = await openJournal(dir, KIOSK);
    await journal.loadBatch('1', [A, B], AT);
    await journal.append(saying(2));
    const before = await readJournal(dir);
    const filler = await open(join(dir, 'filler'), 'w');
    // A write into the last free bytes may be short, and the one after it fails.
    const fill = async (): Promise<never> => {
      for (;;) await filler.write(Buffer.alloc(4_096));
    };
    await t.rejects(fill(), { code: 'ENOSPC' });
    await filler.close();

    const large = entry({ card: 'transport', messages: () => Array.from({ length: 2_000 }, () => started) });
    await t.rejects(journal.append(large), { code: 'journal.unwritable' });
    await t.rejects(journal.append(saying(1)), { code: 'journal.unwritable' }, 'what is on the disk is not known');
    t.same(await readJournal(dir), before);
    t.same([journal.lastSeq(), journal.cards()], [before.committed, before.cards]);
    t.same(await outbox(journal), before.outbox);

    await journal.close();
    await rm(join(dir, 'filler'));
    const again = await openJournal(dir, KIOSK);
    t.same((await again.append(entry({ card: 'transport', messages: () => [started] })))[0]?.seq, 4);
    await again.close();
    t.match(await readJournal(dir), { committed: 4, cards: { inTransport: 1, inStack: 1 } });
  },
);

test('what was changed beside the program shows: an entry, a card, the end that was cut off', async (t) => {
  const good = t.testdir();
  const journal = await openJournal(good, KIOSK);
  await journal.loadBatch('1', [A, B, C], AT);
  for (let i = 0; i < 5; i += 1) await journal.append(entry({ at: AT + i }));
  await journal.append(entry({ card: 'transport' }));
  await journal.close();
  t.same((await readJournal(good)).tampering, []);
  const bytes = await readFile(journalPaths(good).file);
  const changes = {
    'an entry': [`UPDATE log SET reason = 'visit.stuck' WHERE id = 3`, /log was changed at entry 3/],
    'an entry that is gone': ['DELETE FROM log WHERE id = 4', /log was changed at entry 5/],
    'two that changed places': [
      'UPDATE log SET at = CASE id WHEN 3 THEN (SELECT at FROM log WHERE id = 4) ELSE at END',
      /3/,
    ],
    'the end': ['DELETE FROM log WHERE id > 5', /ends at entry 5 instead of 7/],
    'the end, hidden': [
      'DELETE FROM log WHERE id > 5; UPDATE meta SET entry = 5, head = (SELECT hash FROM log WHERE id = 5)',
      /not the one that the audit log ends with/,
    ],
    'a card': [`UPDATE card SET location = 'taken' WHERE location = 'transport'`, /card ledger was changed/],
    'a card that is gone': [`DELETE FROM card WHERE iccid = '${C}'`, /card ledger was changed/],
  } as const;
  for (const [what, [sql, says]] of Object.entries(changes)) {
    const dir = await mkdtemp(join(tmpdir(), 'tampered-'));
    t.teardown(() => rm(dir, { recursive: true }));
    await writeFile(journalPaths(dir).file, bytes);
    await tamper(dir, sql);
    t.match((await readJournal(dir)).tampering.join(), says, what);
  }
});

test('acknowledged history goes by its age; what the carrier does not have, and where cards are, stays', async (t) => {
  const dir = t.testdir();
  const journal = await openJournal(dir, KIOSK);
  for (const [batch, iccid] of [A, B, C].entries()) await journal.loadBatch(`${batch}`, [iccid], AT);
  for (const [day, card] of (['transport', 'taken', 'transport', 'retained'] as const).entries())
    await journal.append({ ...saying(1), at: AT + day, card });
  await journal.prune(AT + 2, AT + 9);
  t.match(await readJournal(dir), { outbox: upwards(1, 7), ledger: [{ iccid: B }, { iccid: C }] }, 'A was sold before');
  journal.acknowledge(journal.epoch, 6);
  await journal.prune(AT + 10, AT + 10);
  const { cards, outbox: kept, tampering, ledger } = await readJournal(dir);
  t.match(cards, { loaded: 3, inStack: 1, taken: 1, retained: 1 });
  t.same([kept, tampering, ledger.map(({ iccid }) => iccid)], [[7], [], [C]]);
  await journal.close();
  const db = await Database.open(journalPaths(dir).file, 'read');
  t.match(await db.all('SELECT type, seq FROM log ORDER BY id'), [
    { seq: 7 },
    { type: 'journal.pruned' },
    { type: 'journal.pruned' },
  ]);
  await db.close();
  const again = await openJournal(dir, KIOSK);
  t.match(again.cards(), { loaded: 3, inStack: 1, taken: 1, retained: 1 });
  t.equal(await again.loadBatch('other', [C], AT), 0);
  await again.close();
});

test('history of a clock that was behind takes nothing newer with it, and that of one ahead holds nothing up', async (t) => {
  const dir = t.testdir();
  const journal = await openJournal(dir, KIOSK);
  const [ahead, behind] = [AT + 1_000, 0];
  for (const at of [AT, ahead, AT + 1, AT + 20, behind, AT + 21]) await journal.append({ ...saying(1), at });
  journal.acknowledge(journal.epoch, 6);
  await journal.prune(AT + 10, AT + 30);
  await journal.close();
  const db = await Database.open(journalPaths(dir).file, 'read');
  const kept = await db.all('SELECT at FROM log ORDER BY id');
  await db.close();
  t.same(
    kept.map(({ at }) => at),
    [AT + 20, behind, AT + 21, AT + 30],
  );
});

test('what was sold of a batch does not come back with it, however long ago that was', async (t) => {
  const journal = await openJournal(t.testdir(), KIOSK);
  await journal.loadBatch('1', [A, B], AT);
  for (const card of ['transport', 'taken'] as const) await journal.append({ ...saying(1), at: AT, card });
  await journal.prune(AT + 10, AT + 10);
  await journal.technician({ action: 'stock-unload', by: 'anna' }, AT + 11);
  t.equal(await journal.loadBatch('1', [A, B], AT + 12, true), 1);
  t.match(journal.cards(), { loaded: 2, inStack: 1, taken: 1 });
  for (const card of ['transport', 'taken'] as const) await journal.append({ ...saying(1), at: AT + 13, card });
  await journal.prune(AT + 20, AT + 20);
  t.equal(journal.findCard(A), undefined, 'nothing of it is left to be loaded');
  t.match(journal.cards(), { loaded: 2, inStack: 0, taken: 2 });
  await journal.close();
});

/** From this version on, events are entries of a chained log. */
const CHAINED = 4;

test('a journal of every earlier version is brought to this one with all that is in it', async (t) => {
  for (const [version] of migrations.entries()) {
    if (version === 0) continue;
    const dir = await mkdtemp(join(tmpdir(), 'earlier-'));
    t.teardown(() => rm(dir, { recursive: true }));
    const db = await Database.open(journalPaths(dir).file, 'write');
    await db.transaction(() => migrate(db, KIOSK, 0, version));
    await db.exec(`
      UPDATE meta SET lastSeq = 2, acknowledged = 1, session = 7;
      INSERT INTO state (id, state) VALUES (1, '${JSON.stringify({ ...initial(AT), id: VISIT })}');
      INSERT INTO batch (id, at, cards) VALUES ('1', ${AT}, 2);
      INSERT INTO card (iccid, position, batch, location, "transaction") VALUES
        ('${A}', 1, '1', 'taken', '${VISIT}'), ('${B}', 2, '1', 'stack', NULL);
      INSERT INTO outbox (seq, type, payload) VALUES (2, 'visit.started', '{}');
    `);
    if (version < CHAINED)
      await db.exec(
        `INSERT INTO event (at, "transaction", type, state) VALUES (${AT}, '${VISIT}', 'card.taken', 'done')`,
      );
    else {
      const cards = (await db.all('SELECT * FROM card')).map(cardOf);
      await db.run('UPDATE meta SET ledger = ?', relabelled(EMPTY_LEDGER, [], cards));
    }
    const epoch = await db.get('SELECT epoch FROM meta');
    await db.close();
    const journal = await openJournal(dir, KIOSK);
    t.match(epoch, { epoch: journal.epoch });
    t.match(journal.transaction(), { id: VISIT });
    t.match(journal.cards(), { loaded: 2, inStack: 1, taken: 1 });
    t.equal(await journal.nextSession(0), 8);
    t.same(await outbox(journal), [2]);
    await journal.append(saying(1));
    await journal.close();
    t.match(
      await readJournal(dir),
      { outbox: [2, 3], committed: 3, acknowledged: 1, tampering: [] },
      `version ${version}`,
    );
  }
});

const act = fc.oneof(
  fc.record({ load: fc.nat(3) }),
  fc.record({ messages: fc.nat(3), move: fc.constantFrom(undefined, 'transport', 'taken', 'retained', 'uncertain') }),
  fc.record({ messages: fc.nat(3), identified: fc.nat() }),
  fc.record({ acknowledge: fc.integer({ min: -4, max: 1 }), written: fc.boolean() }),
  fc.constant('reopen' as const),
);

test('whatever happens: every card is in one place, and the outbox is what was not acknowledged', async (t) => {
  const base = t.testdir();
  const property = fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
    const dir = await mkdtemp(join(base, 'run-'));
    let journal = await openJournal(dir, KIOSK);
    let loaded = 0;
    for (const [i, step] of acts.entries()) {
      if (step === 'reopen') {
        await journal.close();
        journal = await openJournal(dir, KIOSK);
      } else if ('load' in step) {
        await journal.loadBatch(String(i), batchIccids(step.load, loaded + 1), AT);
        loaded += step.load;
      } else if ('acknowledge' in step) {
        journal.acknowledge(journal.epoch, journal.lastSeq() + step.acknowledge);
        if (step.written) await journal.writeAcknowledged();
      } else if ('identified' in step) {
        const stack = (await readJournal(dir)).ledger.filter(({ location }) => location === 'stack');
        const iccid = stack[step.identified % stack.length]?.iccid;
        if (iccid) await journal.append({ ...saying(step.messages), card: 'transport', iccid });
      } else await journal.append({ ...saying(step.messages), ...(step.move && { card: step.move }) });

      const view = await readJournal(dir);
      const { loaded: all, ...places } = view.cards;
      const sum = Object.values(places).reduce((total, count) => total + count);
      t.same([sum, all, view.loaded, view.ledger.length], [loaded, loaded, loaded, loaded]);
      t.same(view.outbox, upwards(view.acknowledged + 1, view.committed));
      t.same(view.tampering, []);
      const { acknowledged } = journal.messages();
      t.same(
        await outbox(journal),
        view.outbox.filter((seq) => seq > acknowledged),
      );
      t.same(journal.cards(), view.cards);
      const isWritten = step === 'reopen' || ('acknowledge' in step && step.written);
      t.ok(isWritten ? view.acknowledged === acknowledged : view.acknowledged <= acknowledged);
    }
    await journal.close();
  });
  await fc.assert(property, { numRuns: 30 });
});

test('what was read of a card is kept exactly, with whether its check digit holds', async (t) => {
  const dir = t.testdir();
  const journal = await openJournal(dir, KIOSK);
  const short = B.slice(0, -1);
  await journal.loadBatch('1', [A, short, C.slice(0, -1) + '0'], AT);
  t.match(journal.findCard(B), { iccid: short, location: 'stack' }, 'the list came without check digits');
  await journal.append(entry({ card: 'transport', iccid: short, read: B }));
  await journal.append(entry({ card: 'taken' }));
  await journal.append(entry({ card: 'transport', iccid: C.slice(0, -1) + '0', read: C.slice(0, -1) + '0' }));
  await journal.close();
  const db = await Database.open(journalPaths(dir).file, 'read');
  const cards = await db.all('SELECT iccid, read, luhn FROM card ORDER BY position');
  t.same(cards, [
    { iccid: A, read: null, luhn: null },
    { iccid: short, read: B, luhn: 1 },
    { iccid: C.slice(0, -1) + '0', read: C.slice(0, -1) + '0', luhn: 0 },
  ]);
  await db.close();
});

test('a disk that takes seconds for a commit is reported until it is quick again', async (t) => {
  const dir = t.testdir();
  await (await openJournal(dir, KIOSK)).close();
  const db = await Database.open(journalPaths(dir).file, 'write');
  let [now, commitMs] = [0, 4_000];
  const store = new SqliteStore(db, new LastWordFile(journalPaths(dir).lastWord));
  // Asked before and after each commit.
  const journal = await Journal.over(store, { monotonic: () => (now += commitMs) });
  const heard: unknown[] = [];
  journal.onFault(() => heard.push(journal.fault()));
  await journal.append(saying(1));
  await journal.append(saying(1));
  t.equal(journal.fault(), 'journal.slow');
  commitMs = 5;
  await journal.append(saying(1));
  await journal.append(saying(1));
  t.equal(journal.fault(), undefined);
  t.same(heard, ['journal.slow', undefined]);
  await journal.close();
});

test('a card that is found after a visit belongs to no sale, also right after one that was sold', async (t) => {
  const journal = await openJournal(t.testdir(), KIOSK);
  await journal.loadBatch('1', [A, B], AT);
  await journal.append(entry({ card: 'transport', iccid: A }));
  await journal.append(entry({ card: 'taken', next: { ...initial(AT), state: 'done', id: VISIT } }));
  await journal.append(entry({ card: 'transport', next: { ...initial(AT), state: 'retaining' } }));
  t.match([journal.findCard(A), journal.findCard(B)], [{ transaction: VISIT }, { transaction: null }]);
  await journal.close();
});

test('what is kept is there after a restart, with its attachment, until it is forgotten', async (t) => {
  const dir = t.testdir();
  const journal = await openJournal(dir, KIOSK);
  const a = { key: 'thing/a', value: '{"n":1}', attachment: 'long' };
  await journal.append(entry({ kept: [a, { key: 'thing/b', value: '2' }, { key: 'other', value: '3' }] }));
  await journal.append(entry({ kept: [{ key: 'thing/b', value: undefined }] }));
  await journal.close();
  const again = await openJournal(dir, KIOSK);
  t.same(again.keptBelow('thing/'), ['{"n":1}']);
  t.same([again.kept('thing/a'), again.kept('thing/b'), again.kept('other')], ['{"n":1}', undefined, '3']);
  t.equal(await again.attachment('thing/a'), 'long');
  t.same([await again.attachment('other'), await again.attachment('thing/b')], [undefined, undefined]);
  await again.close();
});

test('a journal that was put back has newer connections than it had, as far as the clock tells', async (t) => {
  const dir = t.testdir();
  const journal = await openJournal(dir, KIOSK);
  const before = await journal.nextSession(AT);
  await journal.close();
  await cp(dir, join(dir, '..', `${KIOSK}-old`), { recursive: true });
  t.teardown(() => rm(join(dir, '..', `${KIOSK}-old`), { recursive: true }));
  const newer = await openJournal(dir, KIOSK);
  t.equal(await newer.nextSession(AT), before + 1, 'also within a second, or when the clock is set back');
  const last = await newer.nextSession(AT + 3_600_000);
  await newer.close();
  const old = await openJournal(join(dir, '..', `${KIOSK}-old`), KIOSK);
  t.ok((await old.nextSession(AT + 7_200_000)) > last);
  await old.close();
});
