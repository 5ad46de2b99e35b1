import { z } from 'zod';
import { certificateDays, clockOffsetMs, conditionOf, outboxAgeMs, type Condition } from '../fleet/condition.js';
import { parseJson } from '../fleet/messages.js';
import { Telemetry, type Measured } from '../fleet/monitors.js';
import { KioskState, type KioskBirth } from '../fleet/presence.js';
import { count, nullable, text, type Database, type Row } from '../lib/sqlite.js';
import { readingLedger } from './ledger-file.js';

/** One kiosk as an operator sees it. Times are the carrier's, milliseconds. */
export interface KioskView {
  readonly kiosk: string;
  readonly condition: Condition;
  /** Since its last new word. */
  readonly silentMs?: number;
  readonly clockOffsetMs?: number;
  readonly certificateDays?: number;
  readonly outboxAgeMs?: number;
  /** As it said so. */
  readonly said?: KioskBirth;
  readonly measured?: Measured;
  /** What does not go together in the books, by event, the newest first: somebody should look. */
  readonly odd: readonly Oddity[];
}

const Oddity = z.object({ epoch: z.string(), seq: z.int(), means: z.string() });
type Oddity = z.infer<typeof Oddity>;

/** So many kiosks are read at a time. */
const SLICE = 500;
/** So much that is odd is told of a kiosk. */
const ODDITIES = 20;

/**
 * Every kiosk that is enrolled or was heard of, by name; a running carrier may write meanwhile.
 * @throws `carrier.no-books`
 */
export async function readKiosks(dir: string, now: number): Promise<readonly KioskView[]> {
  const slices: (readonly KioskView[])[] = [];
  await eachSlice(dir, now, (slice) => void slices.push(slice));
  return slices.flat();
}

/** {@link readKiosks}, some at a time: between them whatever else the process has to do gets its turn. */
export async function eachSlice(dir: string, now: number, take: (slice: readonly KioskView[]) => void): Promise<void> {
  await readingLedger(dir, async (db) => {
    for (let last: string | undefined = ''; last !== undefined;) {
      const slice = await sliceAfter(db, last, now);
      take(slice);
      last = slice.at(-1)?.kiosk;
    }
  });
}

async function sliceAfter(db: Database, last: string, now: number): Promise<readonly KioskView[]> {
  // Of several journals of a kiosk, the one that was begun last counts.
  const rows = await db.all(
    `SELECT name.kiosk, online, state, presence.at, measured,
       (SELECT json_group_array(json_object('epoch', epoch, 'seq', seq, 'means', means))
        FROM (SELECT * FROM anomaly WHERE anomaly.kiosk = name.kiosk ORDER BY rowid DESC LIMIT ${ODDITIES})) AS odd
     FROM (
       SELECT kiosk FROM pinned WHERE kiosk > ?1 UNION SELECT kiosk FROM presence WHERE kiosk > ?1 ORDER BY kiosk LIMIT ?2
     ) AS name
     LEFT JOIN presence ON presence.kiosk = name.kiosk
       AND since = (SELECT max(since) FROM presence AS other WHERE other.kiosk = name.kiosk)
     LEFT JOIN telemetry ON telemetry.kiosk = name.kiosk AND telemetry.epoch = presence.epoch
     ORDER BY name.kiosk`,
    last,
    SLICE,
  );
  return rows.map((row) => viewOf(row, now));
}

function viewOf(row: Row, now: number): KioskView {
  const kiosk = text(row, 'kiosk');
  const state = nullable(row, 'state');
  const odd = z.array(Oddity).parse(parseJson(text(row, 'odd')));
  if (state === null) return { kiosk, condition: conditionOf(undefined, now), odd };
  const parsed = KioskState.safeParse(parseJson(state));
  const said = parsed.success && parsed.data.online ? parsed.data : undefined;
  const heard = { at: count(row, 'at'), online: count(row, 'online') === 1, ...(said && { said }) };
  const condition = conditionOf(heard, now);
  const silentMs = now - heard.at;
  if (!said) return { kiosk, condition, silentMs, odd };
  const days = certificateDays(said, now);
  const measured = Telemetry.shape.measured.safeParse(parseJson(nullable(row, 'measured') ?? ''));
  return {
    ...{ kiosk, condition, silentMs, said, odd },
    clockOffsetMs: clockOffsetMs(said, heard.at),
    outboxAgeMs: outboxAgeMs(said),
    ...(days !== undefined && { certificateDays: days }),
    ...(measured.success && { measured: measured.data }),
  };
}
