import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../contracts/clock.js';
import { type ErrorCode, KioskError } from '../errors.js';
import type { Health } from '../lib/health.js';
import { NativeGate } from '../lib/native-gate.js';
import '../lib/no-telemetry.js';
import type { Answer, Message, NumberedRequest, Request, WorkerOptions } from './protocol.js';

export type WorkerData = Omit<WorkerOptions, 'gate'>;

export interface ClientOptions {
  readonly url: URL;
  /** @throws `KioskError` when no worker could work with what there is */
  readonly workerData: () => WorkerData;
  /** A worker that takes longer to be ready, or to answer a call, is ended. Milliseconds. */
  readonly startMs: number;
  readonly answerMs: number;
  readonly clock: Clock;
  readonly health: Health;
}

interface Call {
  readonly message: NumberedRequest;
  readonly buffers: readonly ArrayBuffer[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  cancelTimeout: () => void;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 10_000;

/**
 * The worker thread as it is seen from outside: calls with a time limit. A worker that ends, hangs or reports a broken
 * engine takes its calls with it (`face.engine-failed`) and is started again, after a pause that doubles until a call
 * succeeds. One that is unfit (a model file) stays down: every call then says why.
 */
export class WorkerClient {
  readonly #options: ClientOptions;
  readonly #calls = new Map<number, Call>();
  #worker: Worker | undefined;
  #gate = new NativeGate();
  /** Whose end starts the next worker. */
  #newest: Worker | undefined;
  #ready = false;
  #unfit: KioskError | undefined;
  #closed = false;
  #nextId = 1;
  #pauseMs = FIRST_PAUSE_MS;
  #cancelTimer: () => void = () => undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#start();
  }

  /** Whether there is a worker, warm, that may hold something of a visit. */
  get ready(): boolean {
    return this.#ready;
  }

  /**
   * Waits for a worker that is being started.
   * @param buffers handed over: unusable here afterwards; overwritten when the call fails before a worker has them
   */
  call(request: Request, buffers: readonly ArrayBuffer[] = []): Promise<Answer> {
    const refusal = this.#unfit ?? (this.#closed ? new KioskError('face.engine-failed', 'closed') : undefined);
    if (refusal) {
      overwrite(buffers);
      return Promise.reject(refusal);
    }
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const call = { message: { id, request }, buffers, resolve, reject, cancelTimeout: () => undefined };
      this.#calls.set(id, call);
      if (this.#ready) this.#post(call);
    });
  }

  /** Ends the calls that wait for a worker: it would only begin with them when nobody wants them any more. */
  forgetWaiting(): void {
    if (!this.#ready) this.#rejectAll('face.engine-failed', 'no worker in time');
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#ready = false;
    this.#cancelTimer();
    this.#rejectAll('face.engine-failed', 'closed');
    if (this.#worker) await this.#end(this.#worker);
  }

  #start(): void {
    const data = this.#data();
    if (!data) return;
    this.#gate = new NativeGate();
    const worker = new Worker(this.#options.url, { workerData: { ...data, gate: this.#gate.shared } });
    this.#worker = worker;
    this.#newest = worker;
    this.#cancelTimer = this.#options.clock.after(this.#options.startMs, () => this.#abandon('does not start'));
    worker.on('message', (message: Message) => {
      if (worker === this.#worker && !this.#closed) this.#receive(message);
    });
    worker.on('error', () => undefined); // its exit follows
    worker.on('exit', () => {
      if (worker === this.#worker) this.#abandon('ended');
      if (worker === this.#newest) this.#startLater();
    });
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case 'ready':
        this.#cancelTimer();
        this.#ready = true;
        for (const call of this.#calls.values()) this.#post(call);
        this.#options.health.set(undefined);
        return;
      case 'unfit':
        this.#condemn(new KioskError(message.code, message.detail));
        return;
      case 'answer':
        this.#pauseMs = FIRST_PAUSE_MS;
        this.#take(message.id)?.resolve(message.answer);
        return;
      case 'failure':
        this.#fail(message.id, new KioskError(message.code, message.detail));
        if (message.code === 'face.engine-failed') this.#abandon('broken');
        return;
    }
  }

  /** The time limit begins here: how long a worker may take to start is limited of itself. */
  #post(call: Call): void {
    const { message, buffers } = call;
    call.cancelTimeout = this.#options.clock.after(this.#options.answerMs, () => {
      this.#fail(message.id, new KioskError('face.engine-failed', `no answer to ${message.request.op}`));
      this.#abandon('hung');
    });
    this.#worker?.postMessage(message, buffers);
  }

  #data(): WorkerData | undefined {
    try {
      return this.#options.workerData();
    } catch (error) {
      if (!(error instanceof KioskError)) throw error;
      this.#condemn(error);
      return undefined;
    }
  }

  /** No worker can do anything about it. */
  #condemn(error: KioskError): void {
    this.#unfit = error;
    this.#abandon(error.detail, error.code);
  }

  /** Ends the worker, and its calls; its `exit` starts the next one. */
  #abandon(detail: string | undefined, code: ErrorCode = 'face.engine-failed'): void {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#ready = false;
    this.#cancelTimer();
    if (worker) void this.#end(worker);
    if (this.#closed) return;
    this.#rejectAll(code, detail);
    this.#options.health.set(code);
  }

  /** One that computes ends when it is through; if it never is, the next one is started beside it. */
  async #end(worker: Worker): Promise<void> {
    if (this.#gate.close()) {
      await worker.terminate();
      return;
    }
    const ended = once(worker, 'exit');
    if (!this.#closed) this.#cancelTimer = this.#options.clock.after(this.#options.startMs, () => this.#startLater());
    await ended;
  }

  #startLater(): void {
    if (this.#closed || this.#unfit) return;
    this.#newest = undefined;
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(this.#pauseMs, () => this.#start());
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }

  #take(id: number): Call | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    call?.cancelTimeout();
    return call;
  }

  #fail(id: number, error: KioskError): void {
    const call = this.#take(id);
    if (!call) return;
    overwrite(call.buffers);
    call.reject(error);
  }

  #rejectAll(code: ErrorCode, detail: string | undefined): void {
    for (const id of [...this.#calls.keys()]) this.#fail(id, new KioskError(code, detail));
  }
}

/** Those that were handed over have no length here any more. */
function overwrite(buffers: readonly ArrayBuffer[]): void {
  for (const buffer of buffers) if (buffer.byteLength > 0) new Uint8Array(buffer).fill(0);
}
