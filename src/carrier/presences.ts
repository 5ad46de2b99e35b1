import type { Telemetry } from '../fleet/monitors.js';
import { NO_EPOCH, type KioskState } from '../fleet/presence.js';
import { count, type Database } from '../lib/sqlite.js';

/**
 * What each kiosk said of itself last, and when: a last will, and what a broker has retained, are no new word. A message of
 * an earlier session or moment of a journal changes nothing; nor does one of an earlier journal, unless it is a birth that
 * is newer than all that was heard of that journal: then the kiosk is on it again.
 */
export class Presences {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @returns false when it is older than what is known */
  async take(kiosk: string, state: KioskState, at: number): Promise<boolean> {
    const { epoch, session } = state;
    // Nothing tells how old this is; whoever looks at the topic sees it.
    if (epoch === NO_EPOCH) return false;
    const known = await this.#db.get(
      `SELECT session, revision, since = (SELECT max(since) FROM presence WHERE kiosk = ?1) AS isPresent
       FROM presence WHERE kiosk = ?1 AND epoch = ?2`,
      kiosk,
      epoch,
    );
    const revision = state.online ? state.revision : 0;
    const isPresent = known !== undefined && count(known, 'isPresent') === 1;
    if (known) {
      // Births of a journal are ordered by session, then revision.
      const ahead = session - count(known, 'session') || revision - count(known, 'revision');
      // A last will was signed before the connection, so it is as new as the session itself.
      const isWill = !state.online && session === count(known, 'session');
      if (isPresent ? ahead < 0 && !isWill : ahead <= 0 || !state.online) return false;
    }
    await this.#db.run(
      `INSERT INTO presence (kiosk, epoch, session, revision, online, state, at, since)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT coalesce(max(since), 0) + 1 FROM presence WHERE kiosk = ?1))
       ON CONFLICT DO UPDATE SET session = excluded.session, online = excluded.online,
         at = CASE WHEN excluded.online AND (session <> excluded.session OR revision < excluded.revision)
           THEN excluded.at ELSE at END,
         revision = CASE WHEN session = excluded.session THEN max(revision, excluded.revision) ELSE excluded.revision END,
         state = CASE WHEN excluded.online THEN excluded.state ELSE state END,
         since = CASE WHEN ?8 THEN since ELSE excluded.since END`,
      kiosk,
      epoch,
      session,
      revision,
      Number(state.online),
      JSON.stringify(state),
      at,
      Number(isPresent),
    );
    return true;
  }

  /**
   * The newest measurements of the connection that the kiosk has said itself to be on.
   * @returns false for those of another one, and older ones
   */
  async takeTelemetry(
    kiosk: string,
    { epoch, session, number, at, measured }: Telemetry,
    now: number,
  ): Promise<boolean> {
    const row = await this.#db.get(
      'SELECT since FROM presence WHERE kiosk = ? AND epoch = ? AND session = ?',
      kiosk,
      epoch,
      session,
    );
    if (!row) return false;
    const newest = await this.#db.get(
      'SELECT number FROM telemetry WHERE kiosk = ? AND epoch = ? AND session = ?',
      kiosk,
      epoch,
      session,
    );
    if (newest && number <= count(newest, 'number')) return number === count(newest, 'number');
    await this.#db.run(
      'INSERT OR REPLACE INTO telemetry (kiosk, epoch, session, number, at, measured, heard) VALUES (?, ?, ?, ?, ?, ?, ?)',
      kiosk,
      epoch,
      session,
      number,
      at,
      JSON.stringify(measured),
      now,
    );
    return true;
  }
}
