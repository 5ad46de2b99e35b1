import { sha256 } from '../lib/sha256.js';
import { KioskError } from '../errors.js';
import { parseJson } from '../fleet/messages.js';
import { count, nullable, text, type Database, type Row } from '../lib/sqlite.js';
import type { LogEntry, Meta, Snapshot } from './books.js';
import { EMPTY_LEDGER, linked, relabelled } from './chain.js';
import type { LastWord } from './last-word.js';
import { sealOf } from './seal.js';
import { entryOf, keptHash } from './sqlite-store.js';

/** Entries, and messages, looked at in one go: a long history, or a long backlog, does not fill the memory. */
const CHUNK = 500;

/**
 * Recomputes every hash there is over a journal of this version: the chained log from its anchor, the messages that wait,
 * the card ledger, and the rest. @returns sentences about what is not as it was written; none when all is
 */
export async function examine(
  db: Database,
  { epoch, meta, cards }: Snapshot,
  word: LastWord | undefined,
): Promise<readonly string[]> {
  const row = await db.get('SELECT anchor, seal FROM meta');
  const anchor = text(row, 'anchor');
  const log = await examineLog(db, anchor, meta.acknowledged, word);
  const { last } = log;
  return [
    ...log.wrong,
    ...(last && last.id !== meta.entry ? [`the audit log ends at entry ${last.id} instead of ${meta.entry}`] : []),
    ...((last?.hash ?? anchor) === meta.head ? [] : ['the end of the audit log is not the one on record']),
    ...(relabelled(EMPTY_LEDGER, [], cards) === meta.ledger ? [] : ['the card ledger was changed beside the program']),
    ...(last && last.ledger !== meta.ledger ? ['the card ledger is not the one that the audit log ends with'] : []),
    ...(text(row, 'seal') === (await sealOf(db))
      ? []
      : ['counters, transaction, batches or what is kept were changed']),
    ...(await changedKept(db)),
    ...(await missingMessages(db, meta)),
    ...(word ? afterThe(word, epoch, meta.entry) : []),
  ];
}

/** Everything that the carrier has not acknowledged is there. */
async function missingMessages(db: Database, { acknowledged, lastSeq }: Meta): Promise<readonly string[]> {
  const row = await db.get(
    'SELECT count(*) AS n, coalesce(min(seq), 0) AS first, coalesce(max(seq), 0) AS last FROM outbox',
  );
  const [waiting, first, last] = [count(row, 'n'), count(row, 'first'), count(row, 'last')];
  const whole =
    waiting === lastSeq - acknowledged && (waiting === 0 || (first === acknowledged + 1 && last === lastSeq));
  return whole ? [] : [`messages ${acknowledged + 1}…${lastSeq} are not all in the outbox`];
}

async function changedKept(db: Database): Promise<readonly string[]> {
  const rows = await db.all('SELECT key, value, attachment, hash FROM kept ORDER BY key');
  const isChanged = (row: Row): boolean =>
    keptHash(text(row, 'key'), text(row, 'value'), nullable(row, 'attachment')) !== text(row, 'hash');
  return rows.filter(isChanged).map((row) => `what is kept as ${text(row, 'key')} was changed`);
}

/** What was written last is there, or was. */
function afterThe(word: LastWord, epoch: string, entry: number): readonly string[] {
  if (word.epoch !== epoch) return ['it is not the journal that was written here last'];
  return entry < word.entry ? [`entries ${entry + 1}…${word.entry}, the newest, are missing`] : [];
}

async function examineLog(
  db: Database,
  anchor: string,
  acknowledged: number,
  word: LastWord | undefined,
): Promise<{ readonly wrong: readonly string[]; readonly last: LogEntry | undefined }> {
  let last: LogEntry | undefined;
  let before = anchor;
  const wrong: string[] = [];
  for (;;) {
    const rows = await db.all('SELECT * FROM log WHERE id > ? ORDER BY id LIMIT ?', last?.id ?? 0, CHUNK);
    const entries = rows.map(entryOf);
    for (const entry of entries) {
      if (linked(entry, before).hash !== entry.hash && wrong.length === 0)
        wrong.push(`the audit log was changed at entry ${entry.id}`);
      if (entry.id === word?.entry && entry.hash !== word.head)
        wrong.push(`entry ${entry.id} of the audit log is not the one that was written here`);
      before = entry.hash;
    }
    wrong.push(...(await changedMessages(db, entries, acknowledged)));
    last = entries.at(-1) ?? last;
    if (rows.length < CHUNK) return { wrong, last };
  }
}

/** Messages that wait for the carrier are those that their entry has the hash of. */
async function changedMessages(
  db: Database,
  entries: readonly LogEntry[],
  acknowledged: number,
): Promise<readonly string[]> {
  const hashes = new Map<number, string>();
  for (const { seq, messages } of entries)
    for (const [index, hash] of messages.entries()) hashes.set(seq - messages.length + 1 + index, hash);
  const waiting = [...hashes.keys()].filter((seq) => seq > acknowledged);
  const [first, end] = [waiting[0], waiting.at(-1)];
  if (first === undefined || end === undefined) return [];
  const wrong: string[] = [];
  for (let from = first; from <= end; from += CHUNK) {
    const upTo = Math.min(from + CHUNK - 1, end);
    const rows = await db.all('SELECT seq, type, payload FROM outbox WHERE seq BETWEEN ? AND ?', from, upTo);
    for (const row of rows) {
      const payload = text(row, 'payload');
      const hash = hashes.get(count(row, 'seq'));
      if (hash !== undefined && (sha256(payload) !== hash || typeOf(payload) !== `simkiosk.${text(row, 'type')}`))
        wrong.push(`message ${count(row, 'seq')} was changed`);
    }
  }
  return wrong;
}

function typeOf(payload: string): unknown {
  const message = parseJson(payload);
  return typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined;
}

/** @throws `journal.corrupt` naming what is wrong */
export function insistOn(wrong: readonly string[]): void {
  const [first] = wrong;
  if (first !== undefined) throw new KioskError('journal.corrupt', first);
}
