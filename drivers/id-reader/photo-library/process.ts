import { spawn, type ChildProcess } from 'node:child_process';
import { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../../src/contracts/clock.js';
import { KioskError } from '../../../src/errors.js';
import { withResolvers } from '../../../src/lib/with-resolvers.js';
import { FrameSplitter, lengthPrefixed } from '../../camera/frame-splitter.js';
import { decodeReply, SOCKET_FD, type Call } from './protocol.js';

export interface LibraryOptions {
  /** Path of the shared library. */
  readonly library: string;
  readonly symbol: string;
  readonly call: Call;
  /** How long a photograph may take. Milliseconds. */
  readonly timeoutMs: number;
}

export interface Unpacked {
  /** What the function returned: makers do not agree on what success is. */
  readonly status: number;
  /** Owned by the caller, who overwrites it. */
  readonly picture: Uint8Array;
}

const PROGRAM = fileURLToPath(new URL('child.js', import.meta.url));
const LOAD_MS = 10_000;

const failed = (why: string): KioskError => new KioskError('reader.decoder-failed', why);

/** One run of the child process with the maker's library in it. It has ended when `ended` has resolved, and is not used again. */
export class LibraryProcess {
  /** Rejects with `reader.decoder-failed` when the library cannot be loaded. */
  readonly ready: Promise<undefined>;
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #replies = new FrameSplitter();
  readonly #ready = withResolvers<undefined>();
  #answer: ReturnType<typeof withResolvers<Unpacked>> | undefined;
  #why: string | undefined;
  #asked = false;
  #over = false;

  constructor(
    { library, symbol, call }: LibraryOptions,
    private readonly clock: Clock,
  ) {
    this.ready = this.#ready.promise;
    // Who waits hears of it; nobody has to.
    this.ready.catch(() => undefined);
    this.#child = spawn(process.execPath, [PROGRAM, library, symbol, call], {
      env: {},
      // Some libraries leave a copy of the picture in the working directory: here they may not.
      cwd: '/',
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    this.#listen();
    const cancel = clock.after(LOAD_MS, () => this.#kill('the library does not load in time'));
    this.ready.then(cancel, cancel);
    this.ended = new Promise((resolve) => {
      const end = (why: string): void => {
        const error = failed(this.#why ?? why);
        // First, so that whoever is told of the failure finds what comes next already begun.
        resolve();
        this.#replies.wipe();
        this.#over = true;
        this.#ready.reject(error);
        this.#answer?.reject(error);
      };
      this.#child.once('error', (error) => end(error.message));
      this.#child.once('exit', (code, signal) => end(`the process ended with ${signal ?? code}`));
    });
  }

  /** Whether it was asked to unpack anything. */
  get asked(): boolean {
    return this.#asked;
  }

  /** One call at a time. Rejects with `reader.decoder-failed` once the process has ended. */
  async unpack(field: Uint8Array, timeoutMs: number): Promise<Unpacked> {
    await this.ready;
    if (this.#over) throw failed(this.#why ?? 'the process has ended');
    this.#asked = true;
    const answer = withResolvers<Unpacked>();
    this.#answer = answer;
    const request = lengthPrefixed(field);
    this.#socket?.write(request, () => request.fill(0));
    const cancel = this.clock.after(timeoutMs, () => this.#kill('no answer in time'));
    try {
      return await answer.promise;
    } finally {
      cancel();
      this.#answer = undefined;
    }
  }

  async kill(): Promise<void> {
    this.#kill('closed');
    await this.ended;
  }

  #kill(why: string): void {
    this.#why ??= why;
    this.#child.kill('SIGKILL');
  }

  get #socket(): Duplex | undefined {
    const socket = this.#child.stdio[SOCKET_FD];
    return socket instanceof Duplex ? socket : undefined;
  }

  #listen(): void {
    // A child that has gone says so by its end.
    this.#socket?.on('error', () => undefined);
    this.#socket?.on('data', (chunk: Uint8Array) => {
      try {
        for (const frame of this.#replies.push(chunk)) this.#hear(frame);
      } catch {
        this.#kill('it talks nonsense');
      }
    });
  }

  #hear(frame: Uint8Array): void {
    const reply = decodeReply(frame);
    // What comes before the kill takes effect may look like an answer.
    if (this.#why === undefined && reply?.type === 'done' && this.#answer) return this.#answer.resolve(reply);
    if (reply?.type === 'ready') this.#ready.resolve(undefined);
    else if (reply?.type === 'not-loaded') this.#why ??= reply.why;
    else this.#kill('it talks nonsense');
    frame.fill(0);
  }
}
