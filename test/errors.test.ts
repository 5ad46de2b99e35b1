import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { codeOf, errorTable, isErrorCode, KioskError } from '../src/errors.js';
import { rootDir } from '../src/lib/paths.js';

const MENDERS = ['customer', 'technician', 'operator', 'carrier', 'developer'];

async function sources(folder: string): Promise<string> {
  const files = await readdir(join(rootDir, folder), { recursive: true });
  const own = files.filter((file) => file.endsWith('.ts') && file !== 'errors.ts');
  const texts = await Promise.all(own.map((file) => readFile(join(rootDir, folder, file), 'utf8')));
  return texts.join('\n');
}

test('every code means one sentence, and somebody can mend it', (t) => {
  for (const [code, { means, mender }] of Object.entries(errorTable)) {
    t.match(code, /^[a-z]+\.[a-z-]+$/, code);
    t.match(means, /^[A-Z][^\n]*[^.]\.$/, `${code} ends with a full stop`);
    t.notMatch(means, /[.!?] [A-Z]/, `${code} is one sentence`);
    t.ok(MENDERS.includes(mender), code);
  }
  t.end();
});

test('no two codes mean the same', (t) => {
  const meanings = Object.values(errorTable).map(({ means }) => means);
  t.equal(new Set(meanings).size, meanings.length);
  t.end();
});

test('codes are told from other texts', (t) => {
  t.ok(isErrorCode('visit.cancelled'));
  for (const text of ['', 'visit', 'visit.unknown', 'toString', '__proto__', 'constructor'])
    t.notOk(isErrorCode(text), text);
  t.end();
});

test('an error shows code, meaning and detail, and keeps its cause', (t) => {
  const cause = new Error('ENOENT');
  const error = new KioskError('config.missing', '/etc/kiosk.json', { cause });
  t.equal(error.message, 'config.missing: The configuration file does not exist or cannot be read. (/etc/kiosk.json)');
  t.equal(error.code, 'config.missing');
  t.equal(error.detail, '/etc/kiosk.json');
  t.equal(error.cause, cause);
  t.equal(error.name, 'KioskError');
  t.ok(error instanceof Error);
  t.equal(new KioskError('visit.cancelled').message, 'visit.cancelled: The customer cancelled.');
  t.end();
});

test('an error that is not ours becomes the code it is asked for', (t) => {
  t.equal(codeOf(new KioskError('camera.offline')), 'camera.offline');
  t.equal(codeOf(new KioskError('camera.offline'), 'visit.stuck'), 'camera.offline');
  t.equal(codeOf(new TypeError('x')), 'internal.impossible');
  for (const thrown of [undefined, null, 'camera.offline', { code: 'camera.offline' }])
    t.equal(codeOf(thrown, 'visit.stuck'), 'visit.stuck');
  t.end();
});

test('the program names the codes of the table (those it never names are listed here)', async (t) => {
  const program = (await sources('src')) + (await sources('drivers'));
  const named = Object.keys(errorTable).filter((code) => program.includes(`'${code}'`));
  const unused = Object.keys(errorTable).filter((code) => !named.includes(code));
  for (const code of unused) t.comment(`never named: ${code}`);
  t.ok(named.length > unused.length);
});
