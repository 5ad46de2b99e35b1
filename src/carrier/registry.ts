import { SigningKey } from '../contracts/signer.js';
import { KioskError } from '../errors.js';
import { parseJson } from '../fleet/messages.js';
import { count, text, type Database } from '../lib/sqlite.js';

/** A key by which a kiosk may sign. */
export interface PinnedKey {
  readonly kid: string;
  readonly key: SigningKey;
  /** Milliseconds since the epoch; absent: for as long as no other one follows. */
  readonly until?: number;
}

/** Keys that were read once, so that the same key stays the same object: the crypto library keeps what it made of it. */
const CACHED = 4_096;

/** Which kiosk signs by which keys. What is written here by another process is seen at once. */
export class KeyRegistry {
  readonly #db: Database;
  readonly #cache = new Map<string, SigningKey>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** The key of this name by which the kiosk may sign at this time. */
  async keyOf(kiosk: string, kid: string, now: number): Promise<SigningKey | undefined> {
    const row = await this.#db.get(
      'SELECT jwk FROM pinned WHERE kiosk = ? AND kid = ? AND (until IS NULL OR until > ?)',
      kiosk,
      kid,
      now,
    );
    return row && this.#keyFrom(text(row, 'jwk'));
  }

  /** All keys of a kiosk that count at this time, the newest last. */
  async keysOf(kiosk: string, now: number): Promise<readonly PinnedKey[]> {
    const rows = await this.#db.all(
      'SELECT kid, jwk, until FROM pinned WHERE kiosk = ? AND (until IS NULL OR until > ?) ORDER BY since',
      kiosk,
      now,
    );
    return rows.map((row) => ({
      kid: text(row, 'kid'),
      key: this.#keyFrom(text(row, 'jwk')),
      ...(typeof row['until'] === 'number' && { until: row['until'] }),
    }));
  }

  /** How many kiosks have a key. */
  async size(): Promise<number> {
    return count(await this.#db.get('SELECT count(DISTINCT kiosk) AS n FROM pinned'), 'n');
  }

  /** Pins a key. Those pinned before count until `othersUntil`, the same key again as long as any. */
  pin(kiosk: string, { kid, key }: PinnedKey, now: number, othersUntil: number): Promise<void> {
    return this.#db.transaction(async () => {
      await this.#db.run(
        'UPDATE pinned SET until = ? WHERE kiosk = ? AND kid <> ? AND (until IS NULL OR until > ?)',
        othersUntil,
        kiosk,
        kid,
        othersUntil,
      );
      await this.#db.run(
        `INSERT INTO pinned (kiosk, kid, jwk, since, until) VALUES (?, ?, ?, ?, NULL)
         ON CONFLICT DO UPDATE SET since = excluded.since, until = NULL`,
        kiosk,
        kid,
        JSON.stringify(key),
        now,
      );
    });
  }

  /** None of the kiosk's keys counts any more. */
  async revoke(kiosk: string): Promise<void> {
    await this.#db.run('DELETE FROM pinned WHERE kiosk = ?', kiosk);
  }

  #keyFrom(jwk: string): SigningKey {
    const known = this.#cache.get(jwk);
    if (known) return known;
    const parsed = SigningKey.safeParse(parseJson(jwk));
    if (!parsed.success) throw new KioskError('journal.corrupt', 'pinned key');
    if (this.#cache.size >= CACHED) this.#cache.clear();
    this.#cache.set(jwk, parsed.data);
    return parsed.data;
  }
}
