/** A set of listeners, each added once and removed by the function that adding it returned. */
export class Listeners<Args extends readonly unknown[] = []> {
  /** Never changed, only replaced: whoever is added or removed while all are called changes nothing of that call. */
  #all: readonly ((...args: Args) => void)[] = [];

  add(listener: (...args: Args) => void): () => void {
    if (!this.#all.includes(listener)) this.#all = [...this.#all, listener];
    return () => {
      this.#all = this.#all.filter((other) => other !== listener);
    };
  }

  get any(): boolean {
    return this.#all.length > 0;
  }

  emit(...args: Args): void {
    for (const listener of this.#all) listener(...args);
  }

  clear(): void {
    this.#all = [];
  }
}
