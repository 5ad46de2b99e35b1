import type { Telemetry } from '../fleet/monitors.js';
import { NO_EPOCH, type KioskState } from '../fleet/presence.js';
import { count, text, type Database } from '../lib/sqlite.js';

/**
 * What each kiosk said of itself last, and when: a last will, and what a broker has retained, are no new word. A message of
 * an earlier journal, session or moment changes nothing.
 */
export class Presences {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @returns false when it is older than what is known */
  async take(kiosk: string, state: KioskState, at: number): Promise<boolean> {
    const current = await this.#db.get(
      'SELECT epoch, session, revision FROM presence WHERE kiosk = ? ORDER BY since DESC LIMIT 1',
      kiosk,
    );
    const { epoch, session } = state;
    // Nothing tells how old this is; whoever looks at the topic sees it.
    if (epoch === NO_EPOCH) return false;
    const revision = state.online ? state.revision : 0;
    if (current && text(current, 'epoch') === epoch) {
      const known = { session: count(current, 'session'), revision: count(current, 'revision') };
      if (session < known.session) return false;
      // A last will was signed before the connection, so it is as new as the session itself.
      if (session === known.session && state.online && revision < known.revision) return false;
    } else if (await this.#isKnown(kiosk, epoch)) return false;
    await this.#db.run(
      `INSERT INTO presence (kiosk, epoch, session, revision, online, state, at, since)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT coalesce(max(since), 0) + 1 FROM presence WHERE kiosk = ?1))
       ON CONFLICT DO UPDATE SET session = excluded.session, online = excluded.online,
         at = CASE WHEN excluded.online AND (session <> excluded.session OR revision < excluded.revision)
           THEN excluded.at ELSE at END,
         revision = CASE WHEN session = excluded.session THEN max(revision, excluded.revision) ELSE excluded.revision END,
         state = CASE WHEN excluded.online THEN excluded.state ELSE state END`,
      kiosk,
      epoch,
      session,
      revision,
      Number(state.online),
      JSON.stringify(state),
      at,
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

  async #isKnown(kiosk: string, epoch: string): Promise<boolean> {
    const row = await this.#db.get('SELECT 1 FROM presence WHERE kiosk = ? AND epoch = ?', kiosk, epoch);
    return row !== undefined;
  }
}
