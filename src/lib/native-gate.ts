const INSIDE = 1;
const CLOSED = 2;

/**
 * Where a thread goes through to run native code, which nobody can break off: a thread that is ended meanwhile may take
 * the whole process with it (ONNX Runtime does, also while it is loaded). Whoever ends threads closes the gate first.
 */
export class NativeGate {
  readonly #state: Int32Array;

  /** @param shared the same bytes on both sides */
  constructor(readonly shared = new SharedArrayBuffer(4)) {
    this.#state = new Int32Array(shared);
  }

  /** On the side of the thread, one call at a time. With the gate closed the thread ends, before or after the work. */
  async through<Result>(work: () => Promise<Result>): Promise<Result> {
    if (Atomics.compareExchange(this.#state, 0, 0, INSIDE) === CLOSED) return process.exit();
    try {
      return await work();
    } finally {
      if (Atomics.and(this.#state, 0, ~INSIDE) & CLOSED) process.exit();
    }
  }

  /** Lets nobody in any more. @returns whether the thread can be ended now; else it ends by itself when it comes out */
  close(): boolean {
    return (Atomics.or(this.#state, 0, CLOSED) & INSIDE) === 0;
  }
}
