import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { KioskError } from '../errors.js';
import { Command, hasEnded, type CommandStatus, type Reply } from '../fleet/commands.js';
import { ConfigReport, hashOf, Settings, type Desired } from '../fleet/configuration.js';
import { CONFIG_STATUSES, parseJson, type ConfigStatus, type EventData } from '../fleet/messages.js';
import { Listeners } from '../lib/listeners.js';
import { count, nullable, text, type Database, type Row } from '../lib/sqlite.js';

/** A command and what is known of it. */
export interface Order {
  readonly kiosk: string;
  readonly command: Command;
  /** `issued`: the kiosk has not said anything yet. */
  readonly status: CommandStatus | 'issued';
  /** What the kiosk said last, without parts. */
  readonly reply: unknown;
  /** The kiosk has said all that there is to say. */
  readonly answered: boolean;
}

export interface Configuration {
  readonly kiosk: string;
  readonly desired: Desired;
  /** `issued`: the kiosk has not said anything of this version yet. */
  readonly status: ConfigStatus | 'issued';
  readonly report: ConfigReport | undefined;
}

/** Is told what stands in the books and cannot be read; it is left out. @param id of a command, or `settings` and a version */
type OnUnreadable = (id: string) => void;

const leaveOut: OnUnreadable = () => undefined;

/** A text that a kiosk sends is unpacked to so many bytes at most. */
const LONGEST_TEXT = 64 << 20;

const UNSETTLED = `status IN ('issued', 'pending', 'trial')`;

/** What operators want of kiosks. What is written here by another process is seen at once. */
export class Orders {
  readonly #db: Database;
  readonly #changed = new Listeners();
  #given = 0;

  constructor(db: Database) {
    this.#db = db;
  }

  /** After whatever a kiosk said that may have changed them. @returns a function that removes the listener */
  onChange(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /** A transaction in which {@link endCommand} or {@link endConfig} may have been called is durable. */
  changed(): void {
    this.#changed.emit();
  }

  async give(kiosk: string, command: Command): Promise<void> {
    await this.#db.run(
      'INSERT INTO command (id, kiosk, command, issuedAt) VALUES (?, ?, ?, ?)',
      command.id,
      kiosk,
      JSON.stringify(command),
      Date.parse(command.issuedAt),
    );
    this.#given += 1;
  }

  /** Another one after each command, or settings, that operators gave, here or in another process. */
  async version(): Promise<string> {
    return `${count(await this.#db.get('PRAGMA data_version'), 'data_version')} ${this.#given}`;
  }

  /** Kiosks that have something left to answer. */
  async awaited(): Promise<readonly string[]> {
    const rows = await this.#db.all(
      `SELECT kiosk FROM command WHERE answered = 0 UNION SELECT kiosk FROM desired WHERE ${UNSETTLED}`,
    );
    return rows.map((row) => text(row, 'kiosk'));
  }

  /** Commands that a kiosk has not answered to the end, the oldest first. */
  async unanswered(kiosk: string, onUnreadable = leaveOut): Promise<readonly Order[]> {
    const rows = await this.#db.all(
      'SELECT * FROM command WHERE kiosk = ? AND answered = 0 ORDER BY issuedAt, rowid LIMIT 100',
      kiosk,
    );
    return readable(rows, onUnreadable);
  }

  /** All commands of a kiosk, the oldest first. */
  async of(kiosk: string, onUnreadable = leaveOut): Promise<readonly Order[]> {
    const rows = await this.#db.all('SELECT * FROM command WHERE kiosk = ? ORDER BY issuedAt, rowid', kiosk);
    return readable(rows, onUnreadable);
  }

  /** @throws `journal.corrupt` when it cannot be read */
  async find(id: string): Promise<Order | undefined> {
    const row = await this.#db.get('SELECT * FROM command WHERE id = ?', id);
    if (!row) return undefined;
    const order = orderOf(row);
    if (!order) throw new KioskError('journal.corrupt', `command ${id}`);
    return order;
  }

  /** The text of a reply, once all its parts are there. */
  async text(id: string): Promise<string | undefined> {
    const rows = await this.#db.all('SELECT gzip FROM commandPart WHERE command = ? ORDER BY part', id);
    const order = await this.find(id);
    if (rows.length === 0 || !order?.answered) return undefined;
    const gzip = Buffer.concat(rows.map((row) => Buffer.from(text(row, 'gzip'), 'base64')));
    return gunzipSync(gzip, { maxOutputLength: LONGEST_TEXT }).toString();
  }

  /** A kiosk's reply; one that is older than what is known changes nothing. @returns false when it was given no such command */
  async takeReply(kiosk: string, reply: Reply): Promise<boolean> {
    const isOurs = await this.#db.transaction(() => this.#put(kiosk, reply));
    this.#changed.emit();
    return isOurs;
  }

  async #put(kiosk: string, { part, ...reply }: Reply): Promise<boolean> {
    const { command: id, status } = reply;
    const db = this.#db;

    const row = await db.get('SELECT status, answered FROM command WHERE id = ? AND kiosk = ?', id, kiosk);
    if (!row) return false;
    const known = text(row, 'status');
    if (count(row, 'answered') === 1 || (hasEnded(known) && known !== status)) return true;
    if (part)
      await db.run(
        'INSERT OR IGNORE INTO commandPart (command, part, gzip) VALUES (?, ?, ?)',
        id,
        part.index,
        part.gzip,
      );
    const parts = count(await db.get('SELECT count(*) AS n FROM commandPart WHERE command = ?', id), 'n');
    const answered = hasEnded(status) && parts >= (part?.of ?? 0);
    await db.run(
      'UPDATE command SET status = ?, reply = ?, answered = ? WHERE id = ?',
      status,
      JSON.stringify(reply),
      Number(answered),
      id,
    );
    return true;
  }

  /** Inside a transaction: the kiosk's event says how a command ended; its result is in the reply. */
  async endCommand(kiosk: string, { command, status }: EventData<'command.ended'>): Promise<void> {
    await this.#db.run(
      'UPDATE command SET status = ? WHERE id = ? AND kiosk = ? AND answered = 0',
      status,
      command,
      kiosk,
    );
  }

  /** The settings that a kiosk is to have from now on. @returns their version, higher than all before */
  async desire(kiosk: string, settings: Settings, at: number): Promise<Desired> {
    const desired = await this.#db.transaction(async () => {
      const last = await this.#db.get('SELECT version FROM desired WHERE kiosk = ?', kiosk);
      // Seconds since the epoch: higher also than those of books that were lost.
      const version = Math.max(Math.floor(at / 1_000), last ? count(last, 'version') + 1 : 1);
      const hash = hashOf(settings);
      await this.#db.run(
        `INSERT INTO desired (kiosk, version, hash, settings, at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET version = excluded.version, hash = excluded.hash, settings = excluded.settings,
           at = excluded.at, status = 'issued'`,
        kiosk,
        version,
        hash,
        JSON.stringify(settings),
        at,
      );
      return { version, hash, settings };
    });
    this.#given += 1;
    return desired;
  }

  /** What is desired of a kiosk, and what it said of it. @throws `journal.corrupt` when it cannot be read */
  async configuration(kiosk: string): Promise<Configuration | undefined> {
    const row = await this.#db.get('SELECT * FROM desired WHERE kiosk = ?', kiosk);
    if (!row) return undefined;
    const configuration = configurationOf(row);
    if (!configuration) throw new KioskError('journal.corrupt', `settings of ${kiosk}`);
    return configuration;
  }

  /** The settings of a kiosk, while it has not said what became of them. */
  async unsettled(kiosk: string, onUnreadable = leaveOut): Promise<Configuration | undefined> {
    const row = await this.#db.get(`SELECT * FROM desired WHERE kiosk = ? AND ${UNSETTLED}`, kiosk);
    const configuration = row && configurationOf(row);
    if (row && !configuration) onUnreadable(`settings ${count(row, 'version')}`);
    return configuration;
  }

  /** A kiosk says which settings it has. One that has others than it should is sent them again. */
  async takeReport(kiosk: string, report: ConfigReport): Promise<void> {
    await this.#db.run(
      `UPDATE desired SET report = ?1, status = CASE WHEN version = ?2 AND hash = ?3 THEN ?4 WHEN version > ?2 THEN 'issued'
         ELSE status END WHERE kiosk = ?5`,
      JSON.stringify(report),
      report.version,
      report.hash,
      report.status,
      kiosk,
    );
    this.#changed.emit();
  }

  /** Inside a transaction. */
  async endConfig(kiosk: string, end: EventData<'config.changed'>): Promise<void> {
    await this.#db.run(
      'UPDATE desired SET status = ? WHERE kiosk = ? AND version = ? AND hash = ?',
      end.status,
      kiosk,
      end.version,
      end.hash,
    );
  }
}

function readable(rows: readonly Row[], onUnreadable: OnUnreadable): readonly Order[] {
  return rows.flatMap((row) => {
    const order = orderOf(row);
    if (!order) onUnreadable(text(row, 'id'));
    return order ?? [];
  });
}

const Status = z.enum(['issued', 'accepted', 'running', 'succeeded', 'failed', 'expired', 'rejected']);

/** @returns undefined for one that no kiosk would understand */
function orderOf(row: Row): Order | undefined {
  const command = Command.safeParse(parseJson(text(row, 'command')));
  const status = Status.safeParse(text(row, 'status'));
  if (!command.success || !status.success) return undefined;
  return {
    kiosk: text(row, 'kiosk'),
    command: command.data,
    status: status.data,
    reply: parseJson(nullable(row, 'reply') ?? 'null'),
    answered: count(row, 'answered') === 1,
  };
}

const ConfigurationStatus = z.enum(['issued', ...CONFIG_STATUSES]);

function configurationOf(row: Row): Configuration | undefined {
  const kiosk = text(row, 'kiosk');
  const settings = Settings.safeParse(parseJson(text(row, 'settings')));
  const status = ConfigurationStatus.safeParse(text(row, 'status'));
  if (!settings.success || !status.success) return undefined;
  const report = ConfigReport.safeParse(parseJson(nullable(row, 'report') ?? 'null'));
  return {
    kiosk,
    desired: { version: count(row, 'version'), hash: text(row, 'hash'), settings: settings.data },
    status: status.data,
    report: report.success ? report.data : undefined,
  };
}
