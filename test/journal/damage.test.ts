import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { test, type Test } from 'tap';
import { codeOf, KioskError } from '../../src/errors.js';
import { openJournal } from '../../src/journal/journal.js';
import { journalPaths } from '../../src/journal/paths.js';
import { readJournal } from '../../src/journal/read-journal.js';
import { renewJournal } from '../../src/journal/renew.js';
import { count, Database, text } from '../../src/lib/sqlite.js';
import { contents, copyJournal, crashedJournal, KIOSK } from '../support/crashed-journal.js';
import { damages, flip, folderOf } from '../support/damage.js';
import { makeOld } from '../support/old-journal.js';

/** What opening says: the error, or undefined. */
async function opening(dir: string): Promise<KioskError | undefined> {
  try {
    await (await openJournal(dir, KIOSK)).close();
    return undefined;
  } catch (error) {
    if (error instanceof KioskError) return error;
    throw error;
  }
}

/** What an audit finds, as one text; empty when nothing. */
async function finding(dir: string): Promise<string> {
  try {
    return (await readJournal(dir)).tampering.join();
  } catch (error) {
    if (error instanceof KioskError) return `${error.code} ${error.detail ?? ''}`;
    throw error;
  }
}

async function folder(t: Test): Promise<string> {
  const dir = t.testdir();
  await crashedJournal(dir);
  return dir;
}

test('a journal of a kiosk that was killed is whole, and opens with all that was committed', async (t) => {
  const dir = join(await folder(t), 'killed');
  t.equal(await finding(dir), '');
  const journal = await openJournal(dir, KIOSK);
  t.match(journal.transaction(), { state: 'binding', approval: 'approval-1' });
  t.match([journal.cards(), journal.lastSeq(), journal.maintenance()], [{ inTransport: 1, inStack: 2 }, 3, true]);
  await journal.close();
});

test('every kind of damage: its code each time, and not a byte is changed', async (t) => {
  const base = await folder(t);
  for (const [what, { does, code, names = /./ }] of Object.entries(damages)) {
    const dir = folderOf(base, what);
    await copyJournal(join(base, 'killed'), dir);
    await does(dir);
    const isFolder = await stat(journalPaths(dir).file).then(
      (about) => about.isDirectory(),
      () => false,
    );
    const before = isFolder ? {} : await contents(dir);
    for (const time of ['once', 'and again']) {
      const error = await opening(dir);
      t.equal(error?.code, code, `${what}, ${time}`);
      t.match(error?.detail ?? 'nothing', names, what);
      t.not(await finding(dir), '', `${what}: the audit says so`);
      if (!isFolder) t.same(await contents(dir), before, `${what}: nothing is overwritten`);
    }
  }
});

test('a value that was changed anywhere in any table is found', async (t) => {
  const base = await folder(t);
  const good = join(base, 'living');
  const db = await Database.open(journalPaths(good).file, 'read');
  const columns = await db.all(
    `SELECT m.name AS "table", c.name AS "column", c.type FROM sqlite_schema m, pragma_table_info(m.name) c
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
  );
  await db.close();
  for (const row of columns) {
    const [table, column] = [text(row, 'table'), text(row, 'column')];
    if (column === 'id' && (table === 'meta' || table === 'state')) continue;
    const dir = folderOf(base, `${table} ${column}`);
    await copyJournal(good, dir);
    const tampered = await Database.open(journalPaths(dir).file, 'write');
    const other = `CASE typeof("${column}") WHEN 'integer' THEN "${column}" + 1 WHEN 'null' THEN ${
      text(row, 'type') === 'TEXT' ? `'x'` : '0'
    } ELSE CASE substr("${column}", -1) WHEN '1' THEN substr("${column}", 1, length("${column}") - 1) || '3'
      ELSE substr("${column}", 1, length("${column}") - 1) || '1' END END`;
    await tampered.exec(`PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF`);
    const last = `(SELECT max(rowid) FROM "${table}")`;
    await tampered.run(`UPDATE "${table}" SET "${column}" = ${other} WHERE rowid = ${last}`);
    await tampered.close();
    t.not(await finding(dir), '', `${table}.${column}`);
    t.equal((await opening(dir))?.code, 'journal.corrupt', `${table}.${column} is not worked with`);
  }
});

test('a bit that flips anywhere in the file is found, or lies where nothing is', async (t) => {
  const base = await folder(t);
  const good = join(base, 'living');
  const { length } = await readFile(journalPaths(good).file);
  const whole = await readJournal(good);
  const property = fc.asyncProperty(fc.nat(length - 1), fc.nat(7), async (at, bit) => {
    const dir = await mkdtemp(join(base, 'flip-'));
    await copyJournal(good, dir);
    await flip(journalPaths(dir).file, at, bit);
    const before = await contents(dir);
    const error = await opening(dir);
    if (error) {
      t.ok(['journal.corrupt', 'journal.too-new'].includes(error.code), `byte ${at}: ${error.code}`);
      t.same(await contents(dir), before);
      t.not(await finding(dir), '');
    } else t.same(await readJournal(dir), whole, `byte ${at} is of no consequence`);
    await rm(dir, { recursive: true });
  });
  await fc.assert(property, { numRuns: 150 });
});

test('a damaged journal is set aside as it is, and the new one begins by saying so', async (t) => {
  const base = await folder(t);
  const dir = join(base, 'killed');
  const whole = join(base, 'living');
  const at = Date.UTC(2026, 0, 3, 4, 5, 6);
  await t.rejects(renewJournal(whole, KIOSK, { by: 'anna', at }), { code: 'control.not-now' }, 'not a whole one');
  await flip(`${journalPaths(dir).file}-wal`, 6_000);
  const before = await contents(dir);
  const aside = await renewJournal(dir, KIOSK, { by: 'anna', at, batch: 'first' });
  t.equal(aside, 'journal.damaged-20260103T040506Z');
  const after = await contents(dir);
  for (const [from, to] of [
    ['journal.db', `${aside}.db`],
    ['journal.db-wal', `${aside}.db-wal`],
    ['journal.head', `${aside}.head`],
  ] as const)
    t.equal(after[to], before[from], from);

  const journal = await openJournal(dir, KIOSK);
  t.match([journal.cards(), journal.maintenance()], [{ loaded: 0 }, true]);
  const [first] = await journal.unacknowledged(1, 0);
  const about = { action: 'journal-renew', by: 'anna', subject: aside };
  t.match(JSON.parse(first?.payload ?? ''), { seq: 1, type: 'simkiosk.technician.action', data: about });
  t.equal(await journal.loadBatch('first', ['89860000000000000013'], at), 0, 'its cards may be sold: not by itself');
  t.equal(await journal.loadBatch('first', ['89860000000000000013'], at, true), 1, 'but by a technician');
  await journal.close();
});

test("another kiosk's journal is refused and untouched, whatever version wrote it, and can be set aside", async (t) => {
  const base = await folder(t);
  const [dir, old] = [join(base, 'killed'), join(base, 'old')];
  await copyJournal(join(base, 'living'), old);
  await makeOld(journalPaths(old).file);
  for (const each of [dir, old]) {
    const before = await contents(each);
    await t.rejects(openJournal(each, 'another'), { code: 'journal.foreign', detail: `it is that of ${KIOSK}` });
    t.same(await contents(each), before);
  }
  const aside = await renewJournal(dir, 'another', { by: 'anna', at: Date.UTC(2026, 0, 3, 4, 5, 6) });
  t.equal(aside, 'journal.foreign-20260103T040506Z');
  const journal = await openJournal(dir, 'another');
  const [first] = await journal.unacknowledged(1, 0);
  t.match(JSON.parse(first?.payload ?? ''), { seq: 1, source: '/kiosks/another' });
  await journal.close();
});

test('a journal in which nothing was ever written takes the name that the configuration has by then', async (t) => {
  const dir = t.testdir();
  await (await openJournal(dir, 'mistyped')).close();
  const journal = await openJournal(dir, KIOSK);
  await journal.technician({ action: 'maintenance-on', by: 'anna' }, 1);
  const [first] = await journal.unacknowledged(1, 0);
  t.match(JSON.parse(first?.payload ?? ''), { seq: 1, source: `/kiosks/${KIOSK}` });
  await journal.close();
  t.equal(await opening(dir), undefined, 'and is whole');
  await t.rejects(openJournal(dir, 'mistyped'), { code: 'journal.foreign' });
});

test('a renewal that was cut off leaves no journal that nobody asked for', async (t) => {
  const dir = join(await folder(t), 'killed');
  await rm(journalPaths(dir).file);
  await rm(`${journalPaths(dir).file}-wal`);
  t.equal((await opening(dir))?.code, 'journal.missing', 'after the old one was moved');
  await (await openJournal(dir, KIOSK, 'renewed')).close();
  t.equal((await opening(dir))?.code, 'journal.corrupt', 'after the new one was made, before it says so');
  await renewJournal(dir, KIOSK, { by: 'anna', at: Date.UTC(2026, 0, 3) });
  t.equal(await opening(dir), undefined);
});

test('what was said last may not be read or is no file: said before anything is committed, not after every commit', async (t) => {
  const base = await folder(t);
  const dir = join(base, 'killed');
  const { file, lastWord } = journalPaths(dir);
  await rm(lastWord);
  for (const [makes, removes] of [
    [() => mkdir(lastWord), () => rmdir(lastWord)],
    [() => Promise.resolve(execFileSync('mkfifo', [lastWord])), () => rm(lastWord)],
  ] as const) {
    await makes();
    const before = await readFile(file);
    t.match(await opening(dir), { code: 'journal.unwritable', detail: /journal\.head/ });
    t.match(await finding(dir), /^journal\.unwritable .*journal\.head/, 'the audit says so');
    t.same(await readFile(file), before);
    await removes();
  }
  t.equal(await opening(dir), undefined);
});

test('a damaged lock is no damaged journal: it is named, and nothing has to be begun anew', async (t) => {
  const base = await folder(t);
  const dir = join(base, 'killed');
  const { lock } = journalPaths(dir);
  const before = await contents(dir);
  await writeFile(lock, 'garbage '.repeat(1_000));
  const said = { code: 'journal.unwritable', detail: `${lock} should be empty and is not: remove it` };
  t.match(await opening(dir), said);
  await t.rejects(renewJournal(dir, KIOSK, { by: 'anna', at: Date.UTC(2026, 0, 3) }), said);
  t.equal(await finding(dir), '');
  t.same(await contents(dir), before);
  await rm(lock);
  t.equal(await opening(dir), undefined);
});

test('what was said last may be gone or damaged itself: the journal is not doubted for that', async (t) => {
  const base = await folder(t);
  const dir = join(base, 'killed');
  await flip(journalPaths(dir).lastWord, 3);
  t.equal(await finding(dir), '');
  await rm(journalPaths(dir).lastWord);
  const journal = await openJournal(dir, KIOSK);
  await journal.technician({ action: 'maintenance-off', by: 'anna' }, Date.UTC(2026, 0, 3));
  t.match(JSON.parse(await readFile(journalPaths(dir).lastWord, 'utf8')), { entry: 4, lastSeq: 4 });
  await journal.close();
  const db = await Database.open(journalPaths(dir).file, 'read');
  t.equal(count(await db.get('SELECT entry FROM meta'), 'entry'), 4);
  await db.close();
  t.equal(codeOf(await opening(dir), 'cli.usage'), 'cli.usage');
});
