import { copyFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { loadKeys } from '../../src/carrier/keys.js';
import { inspectLedger, ledgerFile } from '../../src/carrier/ledger-file.js';
import { readLedger } from '../../src/carrier/read-ledger.js';
import { SqliteCarrierStore } from '../../src/carrier/sqlite-store.js';
import { flip } from '../support/damage.js';

/** Bytes of a page of SQLite, and where in it stands from where on it is used (Database File Format, 1.6). */
const [PAGE, CONTENT] = [4_096, 5];
const UNUSABLE = { code: 'carrier.books-unusable' } as const;

/** Books as a carrier leaves them that was killed: what was written last is in the write-ahead log only. */
async function killed(t: Test): Promise<string> {
  const base = t.testdir();
  const [living, dir] = [join(base, 'living'), join(base, 'killed')];
  const store = await SqliteCarrierStore.open(living);
  await store.transaction((books) => books.setUpTo('kiosk-1', 'epoch', 7, undefined));
  await mkdir(dir);
  for (const side of ['', '-wal']) await copyFile(ledgerFile(living) + side, ledgerFile(dir) + side);
  await store.close();
  return dir;
}

const bytesOf = (dir: string): Promise<readonly Buffer[]> =>
  Promise.all(['', '-wal'].map((side) => readFile(ledgerFile(dir) + side)));

async function isRefused(t: Test, dir: string, what: string): Promise<void> {
  const before = await bytesOf(dir);
  for (const time of ['once', 'and again']) {
    await t.rejects(
      SqliteCarrierStore.open(dir),
      { ...UNUSABLE, detail: new RegExp(ledgerFile(dir)) },
      `${what}, ${time}`,
    );
    await t.rejects(inspectLedger(dir), UNUSABLE, what);
    t.ok(
      (await bytesOf(dir)).every((bytes, index) => bytes.equals(before[index] ?? Buffer.of())),
      'it is untouched',
    );
  }
}

test('books of a carrier that was killed are whole', async (t) => {
  const dir = await killed(t);
  t.match(await readLedger(dir), { kiosks: [{ kiosk: 'kiosk-1', upTo: 7 }] });
  await (await SqliteCarrierStore.open(dir)).close();
  t.match(await readLedger(dir), { kiosks: [{ kiosk: 'kiosk-1', upTo: 7 }] });
});

test('an emptied file is no new books: its write-ahead log stays', async (t) => {
  const dir = await killed(t);
  await truncate(ledgerFile(dir), 0);
  await isRefused(t, dir, 'empty');
});

test('damage anywhere is found before anything is written, also where nobody comes by', async (t) => {
  const dir = await killed(t);
  await (await SqliteCarrierStore.open(dir)).close();
  const file = ledgerFile(dir);
  await writeFile(`${file}-wal`, '');
  const whole = await readFile(file);
  for (const at of [3, 0.3, 0.6].map((part) => Math.floor(part < 1 ? part * whole.length : part))) {
    // The last digit of a free number, among what the page holds: before that stands what it held once.
    const page = at - (at % PAGE);
    const byte = at < 100 ? at : whole.indexOf('+8617', page + whole.readUInt16BE(page + CONTENT)) + 13;
    await flip(file, byte);
    await isRefused(t, dir, `a bit of byte ${byte}`);
    await writeFile(file, whole);
  }
  await truncate(file, whole.length >> 1);
  await isRefused(t, dir, 'cut off');
  await writeFile(file, whole);
  t.equal((await readLedger(dir)).kiosks.length, 1);
});

test('keys that are damaged are not made anew, and nothing of them is said', async (t) => {
  const file = join(t.testdir(), 'keys.json');
  await loadKeys(file);
  const whole = await readFile(file, 'utf8');
  for (const damaged of ['', whole.slice(0, -9), whole.replace('pseudonymKey', 'pseudonymKex')]) {
    await writeFile(file, damaged);
    await t.rejects(loadKeys(file), { ...UNUSABLE, detail: file });
    t.equal(await readFile(file, 'utf8'), damaged);
  }
  await rm(file);
  await mkdir(file);
  await t.rejects(loadKeys(file), UNUSABLE);
});

test('keys that are missing beside books are not made anew', async (t) => {
  const dir = t.testdir();
  const file = join(dir, 'keys.json');
  await loadKeys(file);
  await (await SqliteCarrierStore.open(dir)).close();
  await rm(file);
  const detail = `${file} is missing: put a copy of it back`;
  await t.rejects(loadKeys(file), { ...UNUSABLE, detail });
  await t.rejects(readFile(file), { code: 'ENOENT' });
});
