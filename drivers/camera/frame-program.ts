import { spawn, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { codeOf, KioskError } from '../../src/errors.js';
import type { FrameSink } from './frame-source.js';
import { JpegSplitter } from './jpeg-splitter.js';
import { LastWords } from './last-words.js';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** Nothing of ours is the program's business: no credentials, no socket of the service manager. */
const ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C', LIBCAMERA_LOG_LEVELS: '*:ERROR' };

/**
 * One run of a program that writes MJPEG to its standard output. It ends with this process, however that ends: by its
 * signal or, when there was no time for one, because nobody reads its output any more.
 */
export class FrameProgram {
  readonly #child: ChildProcess;
  readonly #output: Readable;
  readonly #splitter = new JpegSplitter();
  readonly #lastWords = new LastWords();
  readonly #sink: FrameSink;
  #ended = false;
  /** Resolves when the process is no more, and the camera free for another. */
  readonly gone: Promise<void>;

  constructor({ command, args }: Program, sink: FrameSink) {
    this.#sink = sink;
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT });
    this.#child = child;
    this.#output = child.stdout;
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#lastWords.add(text));
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    this.gone = new Promise((resolve) => {
      child.once('exit', resolve);
      child.once('error', () => resolve());
    });
    void this.gone.then(() => process.off('exit', kill));
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const missing = cause.code === 'ENOENT' || cause.code === 'EACCES';
      this.#fail(new KioskError(missing ? 'camera.program-missing' : 'camera.offline', command, { cause }));
    });
    child.once('close', (code, signal) => {
      const how = `${basename(command)} ended (${signal ?? String(code)})`;
      this.#fail(new KioskError('camera.offline', this.#lastWords.toString() ?? how));
    });
  }

  /** Bytes have come since the last frame that belong to none. */
  get strayed(): boolean {
    return this.#splitter.strayed;
  }

  /** Ends the process at once; the sink hears nothing more. */
  kill(): void {
    this.#ended = true;
    this.#child.kill('SIGKILL');
    // What it started itself may still hold the other end, and ends by this.
    this.#output.destroy();
    this.#child.stderr?.destroy();
    this.#splitter.wipe();
  }

  #receive(chunk: Buffer): void {
    if (this.#ended) {
      chunk.fill(0);
      return;
    }
    let frames: readonly Uint8Array[];
    try {
      frames = this.#splitter.push(chunk);
    } catch (error) {
      this.#fail(new KioskError(codeOf(error), error instanceof KioskError ? error.detail : undefined));
      return;
    }
    for (const frame of frames) this.#sink.frame(frame);
  }

  #fail(error: KioskError): void {
    if (this.#ended) return;
    this.kill();
    this.#sink.fail(error);
  }
}
