import { stat } from 'node:fs/promises';
import type { Camera, Frame } from '../../src/contracts/camera.js';
import { KioskError, type ErrorCode } from '../../src/errors.js';
import { backoffMs } from '../../src/lib/backoff.js';
import { Health } from '../../src/lib/health.js';
import { FrameInbox } from './frame-inbox.js';
import type { FrameSource } from './frame-source.js';
import { FrameWatch } from './frame-watch.js';

const FIRST_RETRY_MS = 300;
const LAST_RETRY_MS = 5_000;
const LOOK_MS = 1_000;

/**
 * What every camera does with the pictures of its source: keeps the newest, switches the source on and off, notices that
 * none come, and tries again with back-off. At the start and after every fault one frame is taken and overwritten, unseen,
 * to find out whether pictures come at all: a camera that delivers none is a fault before a customer is invited.
 */
export class CameraCore implements Camera {
  readonly name: string;
  readonly #source: FrameSource;
  readonly #health = new Health('camera.offline');
  readonly #watch = new FrameWatch();
  readonly #warm = new Set<symbol>();
  readonly #lastRetryMs: number;
  #inbox: FrameInbox | undefined;
  #running = false;
  #probing = false;
  #failure: KioskError | undefined;
  #attempt = 0;
  #retry: NodeJS.Timeout | undefined;
  readonly #look: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param lastRetryMs longest pause between two attempts */
  constructor(name: string, source: FrameSource, lastRetryMs = LAST_RETRY_MS) {
    this.name = name;
    this.#source = source;
    this.#lastRetryMs = lastRetryMs;
    const { device } = source;
    if (device !== undefined) this.#look = setInterval(() => void this.#lookFor(device), LOOK_MS);
    this.#probe();
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  detail(): string | undefined {
    return this.#failure?.detail;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  warm(): () => void {
    const user = Symbol('user');
    this.#warm.add(user);
    this.#switch();
    return () => {
      this.#warm.delete(user);
      this.#switch();
    };
  }

  async *frames(signal: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    const fault = this.#closed ? 'camera.offline' : this.#health.fault;
    if (fault) throw new KioskError(fault, this.#failure?.detail);
    if (signal.aborted) return;
    this.#inbox?.end();
    const inbox = new FrameInbox();
    this.#inbox = inbox;
    this.#switch();
    const end = (): void => inbox.end();
    signal.addEventListener('abort', end, { once: true });
    try {
      for (;;) {
        const frame = await inbox.next();
        if (!frame) return;
        yield frame;
      }
    } finally {
      signal.removeEventListener('abort', end);
      inbox.end();
      if (this.#inbox === inbox) this.#inbox = undefined;
      this.#switch();
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#running = false;
    this.#health.close();
    this.#warm.clear();
    this.#watch.stop();
    clearInterval(this.#look);
    clearTimeout(this.#retry);
    this.#inbox?.fail(new KioskError('camera.offline', 'closed'));
    return this.#source.close();
  }

  /** Pictures are taken while somebody wants them, or soon will, and while it is tried whether they come. */
  #switch(): void {
    if (this.#closed) return;
    const wanted = this.#inbox !== undefined || this.#warm.size > 0;
    const on = this.#probing || (wanted && this.#health.fault === undefined);
    if (on === this.#running) return;
    this.#running = on;
    if (!on) {
      this.#watch.stop();
      this.#source.stop();
      return;
    }
    this.#watch.start(this.#source.startMs, () => this.#stalled());
    this.#source.start({ frame: (jpeg) => this.#take(jpeg), fail: (error) => this.#fail(error) });
  }

  #probe(): void {
    this.#probing = true;
    this.#switch();
  }

  #take(jpeg: Uint8Array): void {
    const at = performance.now();
    const ofNow = this.#running && this.#watch.seen(this.#source.stallMs);
    if (ofNow && this.#inbox) this.#inbox.put({ jpeg, at });
    else jpeg.fill(0);
    if (!this.#running || !this.#probing) return;
    this.#probing = false;
    this.#attempt = 0;
    this.#failure = undefined;
    this.#health.set(undefined);
    this.#switch();
  }

  /** A camera that is unplugged while it is off would be missed only by the next customer. */
  async #lookFor(device: string): Promise<void> {
    try {
      await stat(device);
    } catch (cause) {
      this.#fail(new KioskError('camera.offline', `${device} is not there`, { cause }));
    }
  }

  #stalled(): void {
    this.#fail(new KioskError(this.#source.strayed ? 'camera.garbage' : 'camera.stalled'));
  }

  #fail(error: KioskError): void {
    const known = !this.#running && this.#health.fault !== undefined;
    if (this.#closed || known) return;
    this.#running = false;
    this.#probing = false;
    this.#watch.stop();
    this.#source.drop();
    this.#failure = error;
    this.#inbox?.fail(error);
    const pauseMs = backoffMs(this.#attempt, FIRST_RETRY_MS, this.#lastRetryMs, Math.random());
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.#probe(), pauseMs);
    this.#health.set(error.code);
  }
}
