import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { count, Database, text } from '../../src/lib/sqlite.js';

async function newFile(t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'simkiosk-test-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  return join(dir, 'a.db');
}

async function open(t: Test, file: string, mode: 'write' | 'read' = 'write'): Promise<Database> {
  const db = await Database.open(file, mode);
  t.teardown(() => db.close());
  return db;
}

async function withTable(t: Test): Promise<{ db: Database; file: string }> {
  const file = await newFile(t);
  const db = await open(t, file);
  await db.exec('PRAGMA journal_mode = WAL; CREATE TABLE a (n INTEGER UNIQUE, s TEXT)');
  return { db, file };
}

const numbers = async (db: Database): Promise<number[]> =>
  (await db.all('SELECT n FROM a ORDER BY n')).map((row) => count(row, 'n'));
const add = (db: Database, n: number): Promise<number> => db.run('INSERT INTO a (n, s) VALUES (?, ?)', n, `#${n}`);

test('what is written is read back, also by another connection', async (t) => {
  const { db, file } = await withTable(t);
  t.equal(await add(db, 1), 1, 'one row changed');
  t.equal(await db.run('UPDATE a SET s = ? WHERE n = ?', null, 2), 0);
  const other = await open(t, file, 'read');
  t.same(await other.get('SELECT n, s FROM a WHERE n = ?', 1), { n: 1, s: '#1' });
  t.equal(await other.get('SELECT n FROM a WHERE n = ?', 2), undefined);
});

test('work that fails leaves nothing of itself, and the next work goes on', async (t) => {
  const { db } = await withTable(t);
  await t.rejects(
    db.transaction(async () => {
      await add(db, 1);
      throw new Error('half-way');
    }),
    { message: 'half-way' },
  );
  await t.rejects(
    db.transaction(async () => {
      await add(db, 2);
      await add(db, 2);
    }),
    { code: 'journal.corrupt' },
  );
  await db.transaction(() => add(db, 3));
  t.same(await numbers(db), [3]);
});

test('works that come at once are done one after the other, in their order', async (t) => {
  const { db } = await withTable(t);
  const order: string[] = [];
  const works = [1, 2, 3, 4, 5].map((n) =>
    db.transaction(async () => {
      order.push(`begin ${n}`);
      await add(db, n);
      await db.all('SELECT 1');
      order.push(`end ${n}`);
      return n * 10;
    }),
  );
  t.same(await Promise.all(works), [10, 20, 30, 40, 50]);
  t.same(
    order,
    works.flatMap((_, i) => [`begin ${i + 1}`, `end ${i + 1}`]),
  );
});

test('a snapshot sees one moment, whatever is written meanwhile', async (t) => {
  const { db, file } = await withTable(t);
  await add(db, 1);
  const reader = await open(t, file, 'read');
  const seen = await reader.snapshot(async () => {
    const before = await numbers(reader);
    await db.transaction(() => add(db, 2));
    return [before, await numbers(reader)];
  });
  t.same(seen, [[1], [1]]);
  t.same(await numbers(reader), [1, 2]);
});

test('closing waits for work under way', async (t) => {
  const file = await newFile(t);
  const db = await Database.open(file, 'write');
  await db.exec('CREATE TABLE a (n INTEGER, s TEXT)');
  const work = db.transaction(() => add(db, 1));
  await db.close();
  t.equal(await work, 1);
  t.same(await numbers(await open(t, file, 'read')), [1]);
});

test('a full disk is an unwritable journal; what was written before stays, and writing works again with room', async (t) => {
  const { db } = await withTable(t);
  await add(db, 1);
  const pages = count(await db.get('PRAGMA page_count'), 'page_count');
  await db.exec(`PRAGMA max_page_count = ${pages}`);
  const fill = db.transaction(async () => {
    await add(db, 2);
    await db.run('INSERT INTO a (n, s) VALUES (3, ?)', 'x'.repeat(100_000));
  });
  await t.rejects(fill, { code: 'journal.unwritable' });
  t.same(await numbers(db), [1]);
  await db.exec(`PRAGMA max_page_count = ${pages + 1_000}`);
  await db.transaction(() => add(db, 4));
  t.same(await numbers(db), [1, 4]);
});

test('a file that is no database is corrupt, and stays as it is', async (t) => {
  const file = await newFile(t);
  await writeFile(file, 'no database at all, but long enough to look like one'.repeat(100));
  const db = await open(t, file);
  await t.rejects(db.all('SELECT 1 FROM sqlite_master'), { code: 'journal.corrupt' });
});

test('a failure names the file', async (t) => {
  const file = await newFile(t);
  await writeFile(file, 'no database '.repeat(100));
  const db = await open(t, file, 'read');
  const said = { code: 'journal.corrupt', detail: `${file}: SQLITE_NOTADB: file is not a database` };
  await t.rejects(db.all('SELECT 1 FROM a'), said);
  await t.rejects(db.run('DELETE FROM a'), said);
  const gone = `${file}.gone`;
  await t.rejects(Database.open(gone, 'read'), { code: 'journal.unwritable', detail: new RegExp(`^${gone}: `) });
});

test('a database that another connection writes is locked', async (t) => {
  const { db, file } = await withTable(t);
  const other = await open(t, file);
  await other.exec('PRAGMA busy_timeout = 0');
  await db.transaction(async () => {
    await add(db, 1);
    await t.rejects(
      other.transaction(() => add(other, 2)),
      { code: 'journal.locked' },
    );
  });
  await other.transaction(() => add(other, 2));
  t.same(await numbers(db), [1, 2]);
});

test('a file that is not there is not made by reading it, and reading never writes', async (t) => {
  const file = await newFile(t);
  await t.rejects(Database.open(file, 'read'), { code: 'journal.unwritable' });
  const { file: made } = await withTable(t);
  const reader = await open(t, made, 'read');
  await t.rejects(add(reader, 1), { code: 'journal.unwritable' });
});

test('an error says nothing of the values', async (t) => {
  const { db } = await withTable(t);
  await add(db, 1234567);
  const error: unknown = await add(db, 1234567).catch((cause: unknown) => cause);
  t.match(error, { code: 'journal.corrupt' });
  t.notMatch(String(error), /1234567/);
});

test('a column that is missing or of another kind is a damaged journal', (t) => {
  t.equal(text({ a: 'x' }, 'a'), 'x');
  t.equal(count({ a: 0 }, 'a'), 0);
  for (const row of [undefined, {}, { a: null }]) {
    t.throws(() => text(row, 'a'), { code: 'journal.corrupt', detail: 'column a' });
    t.throws(() => count(row, 'a'), { code: 'journal.corrupt', detail: 'column a' });
  }
  t.throws(() => text({ a: 1 }, 'a'), { code: 'journal.corrupt' });
  t.throws(() => count({ a: '1' }, 'a'), { code: 'journal.corrupt' });
  t.end();
});
