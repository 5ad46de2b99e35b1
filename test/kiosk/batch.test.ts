import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'tap';
import { KioskError } from '../../src/errors.js';
import { openJournal } from '../../src/journal/journal.js';
import { batchIdOf, loadBatchFile, parseBatch } from '../../src/kiosk/batch.js';
import { batchIccids } from '../../src/lib/iccid.js';

const [FIRST = '', SECOND = '', THIRD = ''] = batchIccids(3);

test('a batch is one card a line, in the order of the stack', (t) => {
  t.same(parseBatch(`${SECOND}\n${FIRST}\n`).iccids, [SECOND, FIRST]);
  t.same(parseBatch(`# refill of Monday\r\n\r\n  ${FIRST}\t\r\n# ${SECOND}\r\n${THIRD}`).iccids, [FIRST, THIRD]);
  t.same(parseBatch('').iccids, []);
  t.end();
});

test('19 and 20 digits are an ICCID, anything else is named by its line and not by its content', (t) => {
  t.same(parseBatch('1'.repeat(19)).iccids, ['1'.repeat(19)]);
  for (const wrong of ['1'.repeat(18), '1'.repeat(21), `${FIRST} 1`, `${FIRST},`, 'ICCID', '８９８６0000000000000013'])
    t.throws(
      () => parseBatch(`# cards\n${FIRST}\n${wrong}\n`),
      { code: 'stock.batch-invalid', detail: 'line 3' },
      wrong,
    );
  t.throws(() => parseBatch(`${FIRST}\n\n ${FIRST}`), { code: 'stock.batch-invalid', detail: 'line 3' }, 'twice');
  t.end();
});

test('a batch is known by its cards and their order, not by how the file is written', (t) => {
  const { id } = parseBatch(`${FIRST}\n${SECOND}`);
  t.match(id, /^[0-9a-f]{16}$/);
  t.equal(parseBatch(`# again\r\n${FIRST}\r\n\r\n ${SECOND} \r\n`).id, id);
  t.not(parseBatch(`${SECOND}\n${FIRST}`).id, id);
  t.not(parseBatch(FIRST).id, id);
  t.end();
});

test('every list of different cards is read back, and no text makes anything else of it', (t) => {
  const iccids = fc.uniqueArray(fc.stringMatching(/^\d{19,20}$/), { maxLength: 20 });
  t.doesNotThrow(() =>
    fc.assert(fc.property(iccids, (list) => parseBatch(list.join('\n')).iccids.join() === list.join())),
  );
  const read = (content: string): boolean => {
    try {
      return parseBatch(content).iccids.every((iccid) => /^\d{19,20}$/.test(iccid));
    } catch (error) {
      return error instanceof KioskError && error.code === 'stock.batch-invalid';
    }
  };
  t.doesNotThrow(() => fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), read)));
  t.end();
});

test('a batch file counts once, however often and under whatever name it is loaded', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'simkiosk-test-'));
  const journal = await openJournal(join(dir, 'state'), 'kiosk-1');
  t.teardown(async () => {
    await journal.close();
    await rm(dir, { recursive: true, force: true });
  });
  const written = async (name: string, content: string): Promise<string> => {
    await writeFile(join(dir, name), content);
    return join(dir, name);
  };
  const monday = await written('monday.txt', `${FIRST}\n${SECOND}\n`);
  t.equal(await loadBatchFile(monday, journal, 0), 2);
  t.equal(await loadBatchFile(monday, journal, 1), 0);
  t.equal(await loadBatchFile(await written('copy.txt', `# copy\n${FIRST}\n${SECOND}`), journal, 2), 0);
  t.match(journal.cards(), { loaded: 2, inStack: 2 });
  t.equal(await loadBatchFile(await written('tuesday.txt', `${SECOND}\n${THIRD}`), journal, 3), 1);
  t.match(journal.cards(), { loaded: 3, inStack: 3 }, 'a card that is known already does not count again');
  t.equal(await loadBatchFile(await written('empty.txt', '# nothing\n'), journal, 4), 0);
  const missing = join(dir, 'missing.txt');
  await t.rejects(loadBatchFile(missing, journal, 5), { code: 'stock.batch-invalid', detail: missing });
  await t.rejects(batchIdOf(missing), { code: 'stock.batch-invalid', detail: missing });
  await t.rejects(loadBatchFile(await written('bad.txt', `${THIRD}\nx`), journal, 6), {
    code: 'stock.batch-invalid',
    detail: join(dir, 'bad.txt, line 2'),
  });
  t.match(journal.cards(), { loaded: 3, inStack: 3 }, 'of a bad file nothing is loaded');
  t.equal(journal.lastSeq(), 2, 'the carrier hears of each refill once');
});
