import { mkdir, writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { errorTable, KioskError, type ErrorCode } from '../errors.js';
import { exitAtOnce } from '../lib/exit-at-once.js';
import { remedyOf } from '../remedies.js';

/** Exit codes of every command; `face compare` has its own meaning for 1 and 2. */
export const EXIT = { ok: 0, failed: 1, usage: 64 } as const;

/** Exit codes of `face compare`: not comparable too where it failed before anything was compared. */
export const COMPARED = { match: 0, 'no-match': 1, 'not-comparable': 2 } as const;

/** Says what went wrong: code and sentence on stderr, and as JSON on stdout when that was asked for. */
export function report(error: unknown, json: boolean): void {
  if (!(error instanceof KioskError)) {
    process.stderr.write(`${inspect(error)}\n`);
    return;
  }
  process.stderr.write(
    `${error.code}: ${errorTable[error.code].means}${error.detail ? ` ${error.detail}` : ''}\n→ ${remedyOf(error.code)}\n`,
  );
  if (json)
    printJson({
      error: error.code,
      means: errorTable[error.code].means,
      remedy: remedyOf(error.code),
      detail: error.detail,
    });
}

/** Of a journal, unless the code says of what else. @throws `journal.unwritable` */
export async function makeFolder(dir: string, code: ErrorCode = 'journal.unwritable'): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new KioskError(code, `${dir} cannot be made`, { cause });
  });
}

/** Writes what was asked for where it was asked for. @throws `cli.usage` */
export async function writeOutput(path: string, text: string | Buffer, options: { flag?: string; mode?: number } = {}) {
  await writeFile(path, text, options).catch((cause: unknown) => {
    throw new KioskError('cli.usage', `${path} cannot be written`, { cause });
  });
}

/** The last line of stdout with `--json`: one object. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** One Ctrl-C arrives twice under npm, which passes on what the terminal has sent already. Milliseconds. */
const SAME_SIGNAL_MS = 500;

/**
 * Whoever read what is said here may be gone (`… | head`): what was asked for is done all the same, unless it is to go on
 * until it is stopped.
 */
export function endureBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
}

/** Resolves on SIGTERM or SIGINT, and when nobody reads what is said; a second one ends the process at once. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals): void => {
      const now = performance.now();
      if (askedAt !== undefined && now - askedAt > SAME_SIGNAL_MS) process.exit(EXIT.failed);
      askedAt ??= now;
      resolve(signal);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
    process.stdout.once('error', () => resolve('SIGPIPE'));
  });
}

/** A stop that takes longer than the promise of 2 s is cut: what must be durable already is. */
export function exitSoon(code: number): void {
  process.exitCode = code;
  setTimeout(() => void exitAtOnce(code), 1_800).unref();
}
