/** A set of listeners, each added once and removed by the function that adding it returned. */
export class Listeners<Args extends readonly unknown[] = []> {
  readonly #set = new Set<(...args: Args) => void>();

  add(listener: (...args: Args) => void): () => void {
    this.#set.add(listener);
    return () => this.#set.delete(listener);
  }

  get any(): boolean {
    return this.#set.size > 0;
  }

  emit(...args: Args): void {
    if (this.any) for (const listener of [...this.#set]) listener(...args);
  }

  clear(): void {
    this.#set.clear();
  }
}
