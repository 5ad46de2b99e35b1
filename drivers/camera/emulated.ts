import type { Socket } from 'node:net';
import type { Camera, Frame } from '../../src/contracts/camera.js';
import { KioskError, type ErrorCode } from '../../src/errors.js';
import { Health } from '../../src/lib/health.js';
import { keepConnected } from '../../src/lib/socket.js';
import { FrameInbox } from './frame-inbox.js';
import { FrameSplitter } from './frame-splitter.js';

interface Options {
  readonly name: string;
  /** Path of the Unix socket on which the virtual camera waits. */
  readonly socket: string;
}

/** Without a frame for so long the camera counts as stalled. Milliseconds. */
const STALL_MS = 2_000;
const RETRY_MS = 300;

/** What the driver writes to switch the stream; the camera sends nothing while it is off. */
export const SWITCH = { on: Uint8Array.of(1), off: Uint8Array.of(0) } as const;

/**
 * A camera behind a Unix socket: JPEG frames, each behind its length. After every (re)connection one frame is taken and
 * overwritten, unseen, to find out whether pictures come at all: a camera that delivers none is a fault before a
 * customer is invited.
 */
export class EmulatedCamera implements Camera {
  readonly name: string;
  readonly #health = new Health('camera.offline');
  readonly #connection: { close(): void };
  #socket: Socket | undefined;
  #splitter = new FrameSplitter();
  #inbox: FrameInbox | undefined;
  #warm: AbortSignal | undefined;
  #closed = false;

  constructor({ name, socket }: Options) {
    this.name = name;
    this.#connection = keepConnected(
      socket,
      (connected) => this.#connected(connected),
      () => this.#lost(),
      RETRY_MS,
    );
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  warm(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#warm = signal;
    this.#switch();
    signal.addEventListener('abort', () => this.#switch(), { once: true });
  }

  async *frames(signal: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    const fault = this.#closed ? 'camera.offline' : this.#health.fault;
    if (fault) throw new KioskError(fault);
    if (signal.aborted) return;
    const inbox = this.#open();
    const end = (): void => inbox.end();
    signal.addEventListener('abort', end, { once: true });
    try {
      for (;;) {
        const frame = await inbox.next(STALL_MS);
        if (!frame) return;
        yield frame;
      }
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      signal.removeEventListener('abort', end);
      this.#shut(inbox);
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#health.close();
    this.#connection.close();
    this.#splitter.wipe();
    this.#inbox?.fail(new KioskError('camera.offline'));
    return Promise.resolve();
  }

  #connected(socket: Socket): void {
    this.#socket = socket;
    this.#splitter = new FrameSplitter();
    socket.on('data', (chunk) => this.#receive(chunk));
    void this.#probe();
  }

  #lost(): void {
    this.#socket = undefined;
    this.#splitter.wipe();
    this.#inbox?.fail(new KioskError('camera.offline'));
    // A camera that was found stalled or sending garbage stays that until a probe says otherwise.
    if (this.#health.fault === undefined) this.#health.set('camera.offline');
  }

  async #probe(): Promise<void> {
    const inbox = this.#open();
    try {
      (await inbox.next(STALL_MS))?.jpeg.fill(0);
      if (!this.#closed) this.#health.set(undefined);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#shut(inbox);
    }
  }

  #open(): FrameInbox {
    this.#inbox?.end();
    const inbox = new FrameInbox();
    this.#inbox = inbox;
    this.#switch();
    return inbox;
  }

  #shut(inbox: FrameInbox): void {
    inbox.end();
    if (this.#inbox !== inbox) return;
    this.#inbox = undefined;
    this.#switch();
  }

  /** Pictures come while somebody wants them, or soon will. */
  #switch(): void {
    const on = this.#inbox !== undefined || this.#warm?.aborted === false;
    if (this.#socket?.writable) this.#socket.write(on ? SWITCH.on : SWITCH.off);
  }

  /** Pictures that do not come, or are none: the connection is begun anew, which probes. */
  #fail(error: unknown): void {
    if (this.#closed) return;
    if (error instanceof KioskError) this.#health.set(error.code);
    this.#socket?.destroy();
  }

  #receive(chunk: Uint8Array): void {
    let frames: Uint8Array[];
    try {
      frames = this.#splitter.push(chunk);
    } catch {
      this.#garbage();
      return;
    }
    for (const jpeg of frames) {
      if (!isJpeg(jpeg)) this.#garbage();
      else if (this.#inbox) this.#inbox.put({ jpeg, at: performance.now() });
      else jpeg.fill(0);
    }
  }

  #garbage(): void {
    const error = new KioskError('camera.garbage');
    if (this.#inbox) this.#inbox.fail(error);
    else this.#fail(error);
  }
}

/** Start-of-image marker and the beginning of a further one (ITU-T T.81, B.1.1.3). */
function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}
