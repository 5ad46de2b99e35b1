import { readFile } from 'node:fs/promises';
import { test, type Test } from 'tap';
import type { DocumentFields } from '../../src/contracts/id-reader.js';
import { readEvent } from '../../src/fleet/messages.js';
import { openJournal, type Journal } from '../../src/journal/journal.js';
import { journalPaths } from '../../src/journal/paths.js';
import { DocumentLocks } from '../../src/kiosk/document-locks.js';
import type { TransactionEvent } from '../../src/transaction/events.js';

const RULES = { failures: 3, forMs: 1_000 };
const NUMBER = '110101199001010010';
const fields = (number = NUMBER): DocumentFields => ({
  ...{ type: 'resident', layout: ' ', name: '测试', sex: 'M', birth: '19900101', number },
  ...{ nationality: 'CHN', validFrom: '20200101', validTo: '20400101' },
});
const FAILED: TransactionEvent = { type: 'face.failed', reason: 'face.no-match' };

interface Opened {
  readonly journal: Journal;
  readonly locks: DocumentLocks;
  readonly close: () => Promise<void>;
}

async function open(t: Test, dir: string, secret = 1): Promise<Opened> {
  const journal = await openJournal(dir, 'kiosk-1');
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= journal.close());
  t.teardown(close);
  let drawn = 0;
  const newLock = (): string => `lock-${(drawn += 1)}`;
  const locks = await DocumentLocks.open(
    journal,
    { rules: RULES, newLock, newSecret: () => Buffer.alloc(32, secret) },
    0,
  );
  return { journal, locks, close };
}

/** Commits what an event means, as the kiosk does. */
async function happens(
  { journal, locks }: Opened,
  event: TransactionEvent,
  now: number,
  pseudonym: string | undefined = locks.pseudonymOf(fields()),
) {
  const heeded = locks.heed(event, pseudonym, now);
  await journal.append({ at: now, event: { type: event.type }, kept: heeded.kept, messages: () => [] });
  return heeded;
}

test('the third face that does not match locks the document, ends the tries, and outlives a restart', async (t) => {
  const dir = t.testdir();
  const first = await open(t, dir);
  t.same((await happens(first, FAILED, 10)).event, FAILED);
  await happens(first, { type: 'face.failed', reason: 'face.not-live' }, 20);
  const { event, locked } = await happens(first, FAILED, 30);
  t.same(event, { ...FAILED, locks: true });
  t.same(locked, { lock: 'lock-1', until: 1_030 });
  const pseudonym = first.locks.pseudonymOf(fields());
  t.ok(first.locks.isLocked(pseudonym, 1_029));
  t.notOk(first.locks.isLocked(pseudonym, 1_030));
  t.notOk(first.locks.isLocked(first.locks.pseudonymOf(fields('110101199001010029')), 40), 'another document');
  await first.close();
  const second = await open(t, dir, 2);
  t.equal(second.locks.pseudonymOf(fields()), pseudonym, 'the secret of the first start');
  t.ok(second.locks.isLocked(pseudonym, 40));
});

test('a blurred face, or one too far away, is no failed match; without a document nothing is counted', async (t) => {
  const kiosk = await open(t, t.testdir());
  for (const reason of ['face.blurred', 'face.too-far', 'face.challenge-failed'] as const)
    t.same((await happens(kiosk, { type: 'face.failed', reason }, 1)).kept, []);
  t.same(kiosk.locks.heed(FAILED, undefined, 1).kept, []);
});

test('a face that matches makes the earlier failures forgotten, and so does time', async (t) => {
  const kiosk = await open(t, t.testdir());
  await happens(kiosk, FAILED, 1);
  await happens(kiosk, FAILED, 2);
  await happens(kiosk, { type: 'face.matched' }, 3);
  t.equal((await happens(kiosk, FAILED, 4)).locked, undefined);
  t.equal(kiosk.journal.keptBelow('document/').length, 1);
  await happens(kiosk, { type: 'visit.started', transaction: 'x', service: 'new-sim' }, 1_004, undefined);
  t.same(kiosk.journal.keptBelow('document/'), []);
});

test('what is known of a document goes from the disk when its time is over', async (t) => {
  const dir = t.testdir();
  const kiosk = await open(t, dir);
  const { file } = journalPaths(dir);
  const pseudonym = kiosk.locks.pseudonymOf(fields());
  const found = async (): Promise<boolean> => {
    const parts = await Promise.all([file, `${file}-wal`].map((part) => readFile(part).catch(() => Buffer.alloc(0))));
    return Buffer.concat(parts).includes(pseudonym);
  };
  for (const now of [1, 2, 3]) await happens(kiosk, FAILED, now);
  await kiosk.locks.forget(1_002);
  t.ok(await found(), 'not before');
  await kiosk.locks.forget(1_003);
  t.notOk(await found());
  t.same(kiosk.journal.keptBelow('document/'), []);
  await kiosk.close();
  t.notOk(await found());
});

test('an operator unlocks a document by the name in the event, once; what is not locked is not unlocked', async (t) => {
  const kiosk = await open(t, t.testdir());
  const pseudonym = kiosk.locks.pseudonymOf(fields());
  await happens(kiosk, FAILED, 1);
  const notLocked = { code: 'document.not-locked' };
  await t.rejects(kiosk.locks.unlock('lock-1', 'anna', 2), notLocked, 'one failure locks nothing');
  await happens(kiosk, FAILED, 3);
  await happens(kiosk, FAILED, 4);
  const rows = await kiosk.locks.unlock('lock-1', 'anna', 5);
  t.match(readEvent(rows[0]?.payload ?? ''), { type: 'document.unlocked', data: { lock: 'lock-1', by: 'anna' } });
  t.notOk(kiosk.locks.isLocked(pseudonym, 5));
  await t.rejects(kiosk.locks.unlock('lock-1', 'anna', 6), notLocked);
});

test('neither the number nor a hash of it without the kiosk’s secret is in the journal', async (t) => {
  const dir = t.testdir();
  const kiosk = await open(t, dir);
  for (const now of [1, 2, 3]) await happens(kiosk, FAILED, now);
  await kiosk.close();
  const bytes = await readFile(journalPaths(dir).file);
  t.ok(bytes.includes('lock-1'), 'the search finds what is there');
  t.notOk(bytes.includes(NUMBER));
  const elsewhere = await open(t, t.testdir({}), 2);
  t.notOk(bytes.includes(elsewhere.locks.pseudonymOf(fields())), 'another kiosk knows it by another pseudonym');
});
