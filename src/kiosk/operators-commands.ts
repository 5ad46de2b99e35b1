import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../contracts/clock.js';
import { codeOf, KioskError, type ErrorCode } from '../errors.js';
import {
  admit,
  Command,
  COMMAND_STATUSES,
  hasEnded,
  lateness,
  PART_BYTES,
  type Admission,
  type Reply,
} from '../fleet/commands.js';
import { parseJson, Reason } from '../fleet/messages.js';
import type { OutboxRow } from '../journal/entry.js';
import type { Journal } from '../journal/journal.js';
import { DAY_MS } from '../lib/durations.js';
import { withResolvers } from '../lib/with-resolvers.js';
import type { Outcome, Step } from './command-work.js';
import type { Kiosk } from './kiosk.js';

/** A command as far as it is. */
const Stored = z.strictObject({
  command: Command,
  /** Counts up, in the order in which they came. */
  place: z.int().positive(),
  /** Since when it is as far as that. Wall clock, milliseconds since the epoch. */
  since: z.number(),
  status: z.enum(COMMAND_STATUSES),
  reason: Reason.exactOptional(),
  detail: z.string().exactOptional(),
  result: z.record(z.string(), z.unknown()).exactOptional(),
});
type Stored = z.infer<typeof Stored>;

/** Under this and its id the journal keeps how far a command is. */
export const COMMAND = 'command/';
/** So many commands may be under way. */
const MOST = 64;
/** So many that are over are remembered, each for a day; none is forgotten that could be run again. */
const MOST_OVER = 128;
const REMEMBERED_MS = DAY_MS;

interface Office {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly clockFault: () => ErrorCode | undefined;
  readonly log: Logger;
  readonly kiosk: Pick<Kiosk, 'exclusively' | 'inVisit' | 'onReviewed'>;
  /** What a command does, step by step; each has the kiosk to itself. */
  readonly stepsOf: (command: Command) => readonly Step[];
  /** Ends this life of the service and begins another one. */
  readonly restart: () => void;
  readonly send: (rows: readonly OutboxRow[]) => void;
  readonly reply: (reply: Reply) => void;
  readonly onFatal: (error: unknown) => void;
}

/**
 * Carries out what operators want done: each command is in the journal before anything is said of it, begins once, one at
 * a time, never in the middle of a visit, and leaves an event.
 */
export class OperatorsCommands {
  readonly #office: Office;
  readonly #commands = new Map<string, Stored>();
  #incoming: Promise<void> = Promise.resolve();
  readonly #over = withResolvers<undefined>();
  #running = false;
  #closed = false;

  constructor(office: Office) {
    this.#office = office;
    for (const text of office.journal.keptBelow(COMMAND)) {
      const stored = Stored.safeParse(parseJson(text));
      if (!stored.success) throw new KioskError('journal.corrupt', 'stored command');
      this.#commands.set(stored.data.command.id, stored.data);
    }
  }

  /** Ends what the last life of the service left running, and goes on with what waits. */
  async start(): Promise<void> {
    for (const stored of [...this.#commands.values()]) {
      if (stored.status !== 'running') continue;
      // A restart is over when there is a new life; how far another one came is not known, so it is not run again.
      const isDone = stored.command.type === 'restart';
      await this.#keep(
        isDone
          ? { ...stored, status: 'succeeded', result: {} }
          : { ...stored, status: 'failed', reason: 'command.interrupted' },
      );
    }
    this.#next();
  }

  /** A command came in: one that is known is answered with what became of it. */
  take(command: Command): void {
    this.#incoming = this.#incoming.then(() => this.#take(command)).catch((error: unknown) => this.#fail(error));
  }

  close(): void {
    this.#closed = true;
    this.#over.resolve(undefined);
  }

  async #take(command: Command): Promise<void> {
    if (this.#closed) return;
    const known = this.#commands.get(command.id);
    if (known) return this.#say(known);
    const { kiosk, clockFault, clock } = this.#office;
    const circumstances = { now: clock.now(), clockFault: clockFault(), inVisit: kiosk.inVisit };
    const over = [...this.#commands.values()].filter(({ status }) => hasEnded(status));
    const old = circumstances.clockFault ? [] : oldOf(over, circumstances.now);
    if (this.#commands.size - over.length >= MOST || over.length - old.length >= MOST_OVER) {
      this.#office.reply({ command: command.id, status: 'rejected', reason: 'command.too-many' });
      return;
    }
    const place = Math.max(0, ...[...this.#commands.values()].map((other) => other.place)) + 1;
    const stored = { command, place, ...admit(command, circumstances) };
    await this.#keep(stored, undefined, old);
    await this.#say(stored);
    this.#next();
  }

  #next(): void {
    const waiting = [...this.#commands.values()].filter(({ status }) => status === 'accepted');
    const [first] = waiting.toSorted((a, b) => a.place - b.place);
    if (!first || this.#running || this.#closed) return;
    this.#running = true;
    this.#run(first)
      .then(() => {
        this.#running = false;
        this.#next();
      })
      .catch((error: unknown) => this.#fail(error));
  }

  async #run(stored: Stored): Promise<void> {
    const { command } = stored;
    const late = await this.#whenFree(async () => {
      const { clock, clockFault } = this.#office;
      const tooLate = lateness(command, { now: clock.now(), clockFault: clockFault() });
      if (tooLate) return tooLate;
      await this.#keep({ ...stored, status: 'running' });
      await this.#say({ ...stored, status: 'running' });
      if (command.type === 'restart') {
        this.#office.restart();
        // Nobody is invited any more in this life.
        await this.#over.promise;
      }
      return undefined;
    });
    if (late) return this.#end(stored, late);
    if (this.#closed) return;
    let outcome: Outcome = { result: {} };
    try {
      for (const step of this.#office.stepsOf(command)) outcome = await this.#whenFree(step);
    } catch (error) {
      const reason = codeOf(error);
      if (reason.startsWith('journal.')) throw error;
      this.#office.log.warn({ command: command.id, type: command.type, err: error }, 'command failed');
      const detail = error instanceof KioskError ? error.detail : undefined;
      return this.#end(stored, { status: 'failed', reason, ...(detail && { detail }) });
    }
    return this.#end(stored, { status: 'succeeded', result: outcome.result }, outcome.text);
  }

  async #end(
    stored: Stored,
    end: Admission | Pick<Stored, 'status' | 'result' | 'reason'>,
    text?: Buffer,
  ): Promise<void> {
    const ended = { ...stored, ...end };
    await this.#keep(ended, text);
    await this.#say(ended);
  }

  /** Does a piece of work while nobody is served and nothing else happens; waits for the end of a visit. */
  async #whenFree<T>(work: () => Promise<T>): Promise<T> {
    const { kiosk } = this.#office;
    for (;;) {
      let begun = false as boolean;
      const { promise: reviewed, resolve } = withResolvers<undefined>();
      const remove = kiosk.onReviewed(() => resolve(undefined));
      try {
        return await kiosk.exclusively(() => {
          begun = true;
          return work();
        });
      } catch (error) {
        if (begun || codeOf(error) !== 'control.not-now') throw error;
        await reviewed;
      } finally {
        remove();
      }
    }
  }

  /** Writes down how far a command is; the end of one is an event. */
  async #keep(draft: Omit<Stored, 'since'>, text?: Buffer, old: readonly string[] = []): Promise<void> {
    const { journal, clock, log, send } = this.#office;
    const at = clock.now();
    const stored = { ...draft, since: at };
    const { command, status, reason } = stored;
    const { id, type, by } = command;
    const attachment = text && { attachment: text.toString('base64') };
    const rows = await journal.append({
      at,
      event: { type: `command.${status}`, reason },
      kept: [
        ...old.map((known) => ({ key: COMMAND + known, value: undefined })),
        { key: COMMAND + id, value: JSON.stringify(stored), ...attachment },
      ],
      messages: () =>
        hasEnded(status)
          ? [{ type: 'command.ended', data: { command: id, type, by, status, ...(reason && { reason }) } }]
          : [],
    });
    for (const known of old) this.#commands.delete(known);
    this.#commands.set(id, stored);
    log.info({ command: id, type, by, status, reason }, 'command');
    send(rows);
  }

  async #say({ command, status, reason, detail, result }: Omit<Stored, 'since'>): Promise<void> {
    const { journal, reply } = this.#office;
    const said: Reply = {
      ...{ command: command.id, status },
      ...(reason && { reason }),
      ...(detail !== undefined && { detail: detail.slice(0, 512) }),
      ...(result && { result }),
    };
    const attachment = hasEnded(status) ? await journal.attachment(COMMAND + command.id) : undefined;
    if (attachment === undefined) {
      reply(said);
      return;
    }
    const text = Buffer.from(attachment, 'base64');
    const of = Math.ceil(text.length / PART_BYTES);
    for (let index = 0; index < of; index += 1) {
      const gzip = text.subarray(index * PART_BYTES, (index + 1) * PART_BYTES).toString('base64');
      reply({ ...said, part: { index, of, gzip } });
    }
  }

  #fail(error: unknown): void {
    if (!this.#closed) this.#office.onFatal(error);
  }
}

/** Commands to be forgotten, of those that are over: nobody asks for them any more, or they are too many. */
function oldOf(over: readonly Stored[], now: number): readonly string[] {
  const overSince = ({ command, since }: Stored): number => Math.max(since, Date.parse(command.deadline));
  // Given once more, these are late.
  const late = over.filter(({ command }) => Date.parse(command.deadline) <= now);
  const old = late.filter((stored) => overSince(stored) + REMEMBERED_MS < now);
  const spare = late.toSorted((a, b) => overSince(a) - overSince(b));
  return spare.slice(0, Math.max(old.length, over.length - MOST_OVER + 1)).map(({ command }) => command.id);
}
