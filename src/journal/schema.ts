import { randomUUID } from 'node:crypto';
import { KioskError } from '../errors.js';
import { count, Database, nullable, text } from '../lib/sqlite.js';
import { anchorOf, EMPTY_LEDGER, linked, relabelled } from './chain.js';
import { seal } from './seal.js';
import { cardOf, putEntry } from './sqlite-store.js';

/** Each entry brings a journal from the version of its index to the next; never changed once released. */
export const migrations: readonly (string | ((db: Database) => Promise<void>))[] = [
  `
  CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    kiosk TEXT NOT NULL,
    epoch TEXT NOT NULL,
    session INTEGER NOT NULL DEFAULT 0,
    lastSeq INTEGER NOT NULL DEFAULT 0,
    acknowledged INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged <= lastSeq)
  ) STRICT;
  CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL) STRICT;
  CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    "transaction" TEXT,
    type TEXT NOT NULL,
    reason TEXT,
    state TEXT NOT NULL
  ) STRICT;
  CREATE TABLE batch (id TEXT PRIMARY KEY, at INTEGER NOT NULL, cards INTEGER NOT NULL) STRICT;
  CREATE TABLE card (
    iccid TEXT PRIMARY KEY,
    position INTEGER NOT NULL UNIQUE,
    batch TEXT NOT NULL REFERENCES batch (id),
    location TEXT NOT NULL CHECK (location IN ('stack', 'transport', 'taken', 'retained', 'uncertain')),
    "transaction" TEXT
  ) STRICT;
  CREATE INDEX cardByLocation ON card (location, position);
  CREATE UNIQUE INDEX oneInTransport ON card (location) WHERE location = 'transport';
  CREATE TABLE outbox (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, payload TEXT NOT NULL) STRICT;
  `,
  `
  ALTER TABLE meta ADD COLUMN maintenance INTEGER NOT NULL DEFAULT 0 CHECK (maintenance IN (0, 1));
  `,
  `
  ALTER TABLE meta ADD COLUMN orderInDoubt INTEGER NOT NULL DEFAULT 0 CHECK (orderInDoubt IN (0, 1));
  ALTER TABLE card ADD COLUMN read TEXT;
  ALTER TABLE card ADD COLUMN luhn INTEGER CHECK (luhn IN (0, 1));
  `,
  chainTheLog,
  sealTheRest,
  keepMore,
];

export const VERSION = migrations.length;

/** The write-ahead log is cut to so many bytes whenever it has been brought into the database. */
const WAL_LIMIT = 4 << 20;

/** Brings a file that was looked at before to this program's version. @throws `journal.too-new`, `journal.unwritable` */
export async function prepare(db: Database, kiosk: string): Promise<void> {
  const version = await schemaVersion(db);
  await db.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = ${WAL_LIMIT};
     PRAGMA secure_delete = ON;`,
  );
  if (version === VERSION) return adopt(db, kiosk);
  await db.transaction(() => migrate(db, kiosk, version, VERSION));
}

/** One in which nothing was ever written, such as that of a doctor before the configuration was right, is anybody's. */
async function adopt(db: Database, kiosk: string): Promise<void> {
  if (text(await db.get('SELECT kiosk FROM meta'), 'kiosk') === kiosk) return;
  await db.transaction(async () => {
    await db.run('UPDATE meta SET kiosk = ?', kiosk);
    await seal(db);
  });
}

/** Inside a transaction. A file of version 0 is empty, and becomes the journal of `kiosk`. */
export async function migrate(db: Database, kiosk: string, from: number, to: number): Promise<void> {
  for (const [version, migration] of migrations.entries()) {
    if (version < from || version >= to) continue;
    await (typeof migration === 'string' ? db.exec(migration) : migration(db));
    if (version === 0) await db.run('INSERT INTO meta (id, kiosk, epoch) VALUES (1, ?, ?)', kiosk, randomUUID());
  }
  await db.exec(`PRAGMA user_version = ${to}`);
}

/** Events become entries of a log that is chained by hashes; cards know when they moved last. */
async function chainTheLog(db: Database): Promise<void> {
  await db.exec(`
    ALTER TABLE meta ADD COLUMN entry INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE meta ADD COLUMN head TEXT NOT NULL DEFAULT '';
    ALTER TABLE meta ADD COLUMN anchor TEXT NOT NULL DEFAULT '';
    ALTER TABLE meta ADD COLUMN ledger TEXT NOT NULL DEFAULT '';
    ALTER TABLE meta ADD COLUMN archivedTaken INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE meta ADD COLUMN archivedRetained INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE card ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
    -- When is not known; history is pruned by age, so it is not long ago.
    UPDATE card SET at = CAST(unixepoch('subsec') * 1000 AS INTEGER);
    CREATE TABLE log (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      "transaction" TEXT,
      type TEXT NOT NULL,
      reason TEXT,
      state TEXT NOT NULL,
      messages TEXT NOT NULL,
      seq INTEGER NOT NULL,
      ledger TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    CREATE INDEX logByTime ON log (at);
  `);
  const meta = await db.get('SELECT epoch, lastSeq FROM meta');
  const anchor = meta ? anchorOf(text(meta, 'epoch')) : '';
  const events = await db.all('SELECT at, "transaction", type, reason, state FROM event ORDER BY id');
  const cards = await db.all('SELECT iccid, position, batch, location, "transaction", at, read, luhn FROM card');
  const ledger = relabelled(EMPTY_LEDGER, [], cards.map(cardOf));
  let last = { id: 0, hash: anchor };
  for (const row of events) {
    const about = { transaction: nullable(row, 'transaction'), reason: nullable(row, 'reason') };
    const named = { type: text(row, 'type'), state: text(row, 'state') };
    const entry = { id: last.id + 1, at: count(row, 'at'), ...about, ...named, messages: [] };
    const next = linked({ ...entry, seq: meta ? count(meta, 'lastSeq') : 0, ledger }, last.hash);
    await putEntry(db, next);
    last = next;
  }
  await db.run('UPDATE meta SET entry = ?, head = ?, anchor = ?, ledger = ?', last.id, last.hash, anchor, ledger);
  await db.exec('DROP TABLE event');
}

/** Counters, transaction and batches get a hash of their own: `keepMore` computes it. */
async function sealTheRest(db: Database): Promise<void> {
  await db.exec(`ALTER TABLE meta ADD COLUMN seal TEXT NOT NULL DEFAULT ''`);
}

/** What operators have ordered, and whatever else the kiosk remembers by a key of its own. */
async function keepMore(db: Database): Promise<void> {
  await db.exec(`
    CREATE TABLE kept (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL,
      attachment TEXT,
      hash TEXT NOT NULL
    ) STRICT;
  `);
  if (await db.get('SELECT id FROM meta')) await seal(db);
}

/** Structure, types and indexes, as SQLite knows them. @throws `journal.corrupt` */
export async function checkIntegrity(db: Database): Promise<void> {
  const damage = await db.damage();
  if (damage !== undefined) throw new KioskError('journal.corrupt', damage);
  await checkConstraints(db);
}

/** Whoever only reads a file is not told of constraints that cannot be understood: SQLite passes over them then. */
async function checkConstraints(db: Database): Promise<void> {
  const copy = await Database.open(':memory:', 'write');
  try {
    const rows = await db.all("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'");
    await copy.exec(rows.map((row) => `${text(row, 'sql')};`).join(''));
  } finally {
    await copy.close();
  }
}

/** @throws `journal.too-new` */
export async function schemaVersion(db: Database): Promise<number> {
  const version = count(await db.get('PRAGMA user_version'), 'user_version');
  if (version > VERSION) throw new KioskError('journal.too-new', `version ${version}, this program knows ${VERSION}`);
  return version;
}
