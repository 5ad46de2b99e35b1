const settled = (): undefined => undefined;

/** Runs asynchronous work one piece after the other, in the order in which it was handed in. */
export class Turns {
  #last: Promise<undefined> = Promise.resolve(undefined);

  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    // Never the result itself: it may be a document, and this promise outlives it.
    this.#last = done.then(settled, settled);
    return done;
  }
}
