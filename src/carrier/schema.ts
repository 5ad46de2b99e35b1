import { text, type Database } from '../lib/sqlite.js';

/** Numbers that a new ledger has to give away (E.164). */
const POOL = 100_000;
const FIRST_NUMBER = 8_617_000_000_000;

const TABLES = `
  CREATE TABLE IF NOT EXISTS latestSession (one INTEGER PRIMARY KEY CHECK (one = 1), session INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS kiosk (
    kiosk TEXT NOT NULL, epoch TEXT NOT NULL, upTo INTEGER NOT NULL, PRIMARY KEY (kiosk, epoch)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sale (
    "transaction" TEXT PRIMARY KEY,
    kiosk TEXT NOT NULL,
    status TEXT NOT NULL
      CHECK (status IN ('unanswered', 'refused', 'approved', 'bound', 'active', 'replaced', 'void', 'uncertain')),
    pseudonym TEXT NOT NULL,
    holder TEXT NOT NULL,
    approval TEXT,
    number TEXT,
    iccid TEXT,
    replaces TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS saleByPseudonym ON sale (pseudonym);
  CREATE INDEX IF NOT EXISTS saleByCard ON sale (iccid);
  CREATE UNIQUE INDEX IF NOT EXISTS oneCardPerNumber ON sale (number) WHERE status = 'active';
  CREATE UNIQUE INDEX IF NOT EXISTS oneReplacementAtATime ON sale (replaces) WHERE status IN ('approved', 'bound', 'uncertain');
  CREATE UNIQUE INDEX IF NOT EXISTS oneSalePerCard ON sale (iccid) WHERE status IN ('bound', 'active');
  CREATE TABLE IF NOT EXISTS answer (
    "transaction" TEXT NOT NULL, ask TEXT NOT NULL, payload TEXT NOT NULL, PRIMARY KEY ("transaction", ask)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS number (number TEXT PRIMARY KEY, "transaction" TEXT UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS listed (
    "transaction" TEXT NOT NULL, entry INTEGER NOT NULL, sale TEXT NOT NULL, PRIMARY KEY ("transaction", entry)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS dispute (
    reference TEXT PRIMARY KEY, kiosk TEXT NOT NULL, "transaction" TEXT NOT NULL, sale TEXT NOT NULL, openedAt INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS blocked (pseudonym TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS anomaly (
    kiosk TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, means TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS anomalyByKiosk ON anomaly (kiosk);
  CREATE TABLE IF NOT EXISTS pinned (
    kiosk TEXT NOT NULL, kid TEXT NOT NULL, jwk TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
    PRIMARY KEY (kiosk, kid)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS presence (
    kiosk TEXT NOT NULL, epoch TEXT NOT NULL, session INTEGER NOT NULL, revision INTEGER NOT NULL,
    online INTEGER NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL, since INTEGER NOT NULL,
    PRIMARY KEY (kiosk, epoch)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS telemetry (
    kiosk TEXT PRIMARY KEY, epoch TEXT NOT NULL, session INTEGER NOT NULL, number INTEGER NOT NULL,
    at TEXT NOT NULL, measured TEXT NOT NULL, heard INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS digest (
    kiosk TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (kiosk, epoch, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS command (
    id TEXT PRIMARY KEY, kiosk TEXT NOT NULL, command TEXT NOT NULL, issuedAt INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'issued', reply TEXT, answered INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS unansweredCommand ON command (kiosk, issuedAt) WHERE answered = 0;
  CREATE TABLE IF NOT EXISTS commandPart (
    command TEXT NOT NULL REFERENCES command (id), part INTEGER NOT NULL, gzip TEXT NOT NULL,
    PRIMARY KEY (command, part)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS desired (
    kiosk TEXT PRIMARY KEY, version INTEGER NOT NULL, hash TEXT NOT NULL, settings TEXT NOT NULL, at INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'issued', report TEXT
  ) STRICT;
`;

export async function prepare(db: Database): Promise<void> {
  await db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  await db.transaction(async () => {
    await admitReplacements(db);
    await db.exec(TABLES);
    if (await db.get('SELECT 1 FROM number LIMIT 1')) return;
    await db.run(
      `INSERT INTO number (number)
       WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT '+' || (CAST(? AS INTEGER) + i) FROM n`,
      POOL,
      FIRST_NUMBER,
    );
  });
}

/** Books from before cards could be replaced have a table of sales that does not admit it. */
async function admitReplacements(db: Database): Promise<void> {
  const known = await db.get("SELECT sql FROM sqlite_schema WHERE name = 'sale'");
  if (!known || text(known, 'sql').includes("'replaced'")) return;
  await db.exec(`
    ALTER TABLE sale RENAME TO earlierSale;
    DROP INDEX saleByPseudonym;
    DROP INDEX oneSalePerCard;
    ${TABLES}
    INSERT INTO sale SELECT *, NULL FROM earlierSale;
    DROP TABLE earlierSale;
  `);
}
