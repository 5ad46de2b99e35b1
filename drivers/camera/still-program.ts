import type { ExecException } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import NodeWebcam, { type Webcam } from 'node-webcam';
import { KioskError } from '../../src/errors.js';
import { withResolvers } from '../../src/lib/with-resolvers.js';
import { LastWords } from './last-words.js';
import type { MemoryFolder } from './memory-folder.js';

export interface StillProgramOptions {
  readonly device: string;
  readonly width: number;
  readonly height: number;
  /** How long a picture may take. Milliseconds. */
  readonly startMs: number;
}

const PICTURE = 'picture.jpg';
/** There as long as the picture is wanted. */
const WANTED = 'wanted';
const PID = 'pid';
/** The program is killed a moment before it is given up. */
const MARGIN_MS = 1_000;
/** Of `sh(1)` and `timeout(1)`: the program cannot be started or was not found. */
const NOT_STARTED: readonly unknown[] = [126, 127];

/** `fswebcam` through `node-webcam`: one picture a run, into a file in memory that is gone when it was read. */
export class StillProgram {
  readonly #webcam: Webcam;
  readonly #folder: MemoryFolder;
  readonly #wanted: string;
  readonly #pid: string;
  readonly #startMs: number;

  constructor({ device, width, height, startMs }: StillProgramOptions, folder: MemoryFolder) {
    this.#folder = folder;
    this.#startMs = startMs;
    this.#wanted = join(folder.path, WANTED);
    this.#pid = join(folder.path, PID);
    this.#webcam = new NodeWebcam.FSWebcam({
      device,
      width,
      height,
      quality: 90,
      output: 'jpeg',
      skip: 2,
      saveShots: false,
      callbackReturn: 'location',
      verbose: false,
    });
    // The library gives no handle on what it starts, and waits for it without end.
    const note = `echo $$ >${this.#pid} && test -e ${this.#wanted}`;
    const seconds = Math.max(1, (startMs - MARGIN_MS) / 1_000);
    this.#webcam.bin = `${note} && exec timeout --signal=KILL ${seconds} ${this.#webcam.bin}`;
  }

  /** The next picture. @throws `camera.…` */
  async take(): Promise<Uint8Array> {
    writeFileSync(this.#wanted, '');
    const { promise, resolve } = withResolvers<Error | null>();
    const timer = setTimeout(() => resolve(new KioskError('camera.stalled')), this.#startMs);
    this.#webcam.capture(join(this.#folder.path, PICTURE), resolve);
    const error = await promise;
    clearTimeout(timer);
    rmSync(this.#pid, { force: true });
    const picture = await this.#folder.take(PICTURE).catch((failure: unknown) => failure);
    if (!error && picture instanceof Uint8Array) return picture;
    if (picture instanceof Uint8Array) picture.fill(0);
    throw error ? failureOf(error) : picture;
  }

  /** Ends what is under way; `take` then rejects. */
  kill(): void {
    rmSync(this.#wanted, { force: true });
    try {
      const pid = Number(readFileSync(this.#pid, 'utf8'));
      // `timeout` makes a process group of its own as soon as it runs.
      if (pid > 0 && !end(-pid)) end(pid);
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
    }
  }
}

/** @returns false when there is no such process or group */
function end(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (isCode(error, 'ESRCH')) return false;
    throw error;
  }
}

function failureOf(error: Error): KioskError {
  if (error instanceof KioskError) return error;
  const { code, signal }: Partial<ExecException> = error;
  if (NOT_STARTED.includes(code)) return new KioskError('camera.program-missing', 'fswebcam', { cause: error });
  // `timeout` kills its whole group, of which it is one.
  if (signal === 'SIGKILL') return new KioskError('camera.stalled', undefined, { cause: error });
  // The first line is the command.
  const [, ...said] = error.message.split('\n');
  const words = new LastWords();
  words.add(said.join('\n'));
  return new KioskError('camera.offline', words.toString(), { cause: error });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
