/** What the kiosk does in its state: one piece of work at a time, begun once the one before has ended. */
export class Occupation {
  readonly #onFailure: (error: unknown) => void;
  /** A signal costs more than the rest of a step, so one serves all work up to the first that it ends. */
  #abort = new AbortController();
  #turn = 0;
  /** Of the work under way; never rejects. */
  #ended: Promise<void> | undefined;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** @param onDone gets what the work has come to, once it is not under way any more */
  begin<T>(work: (signal: AbortSignal) => Promise<T>, onDone: (result: T) => void): void {
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    this.#ended = this.#do(work, onDone, this.#abort.signal, this.#ended);
  }

  /** Tells the work under way that nobody needs it any more. */
  abort(why: string): void {
    if (this.#ended) this.#abort.abort(new Error(why));
  }

  /** Resolves when what is under way has ended. */
  async ended(): Promise<void> {
    await this.#ended;
  }

  async #do<T>(
    work: (signal: AbortSignal) => Promise<T>,
    onDone: (result: T) => void,
    signal: AbortSignal,
    before: Promise<void> | undefined,
  ): Promise<void> {
    const turn = (this.#turn += 1);
    try {
      if (before) await before;
      if (signal.aborted) return;
      const result = await work(signal);
      this.#end(turn);
      onDone(result);
    } catch (error) {
      this.#onFailure(error);
    } finally {
      this.#end(turn);
    }
  }

  #end(turn: number): void {
    if (turn === this.#turn) this.#ended = undefined;
  }
}
