import type { Edge, GpioChip } from '../../src/contracts/gpio.js';
import { Listeners } from '../../src/lib/listeners.js';

/** What the inputs of a device say, followed by their edges and read when asked. An input without a line is inactive. */
export class InputLevels<Input extends string> {
  readonly #gpio: GpioChip;
  readonly #lines: ReadonlyMap<Input, string>;
  readonly #active = new Set<Input>();
  readonly #changes = new Listeners();
  readonly #activations = new Listeners<[Input]>();
  readonly #removeEdges: () => void;
  /** Inputs that changed during a reading: the edge is newer than the level that was asked for. */
  readonly #readings = new Set<Set<Input>>();

  constructor(gpio: GpioChip, lines: ReadonlyMap<Input, string>) {
    this.#gpio = gpio;
    this.#lines = lines;
    this.#removeEdges = gpio.onEdge((edge) => this.#take(edge));
  }

  active(input: Input): boolean {
    return this.#active.has(input);
  }

  onChange(listener: () => void): () => void {
    return this.#changes.add(listener);
  }

  /** Edges only: a level found by `read` is none. */
  onActivated(listener: (input: Input) => void): () => void {
    return this.#activations.add(listener);
  }

  /** Asks the chip for every level. @throws `gpio.…` */
  async read(): Promise<void> {
    const newer = new Set<Input>();
    this.#readings.add(newer);
    try {
      const levels = await Promise.all(
        [...this.#lines].map(async ([input, line]) => [input, await this.#gpio.get(line)] as const),
      );
      for (const [input, level] of levels) if (!newer.has(input)) this.#set(input, level);
    } finally {
      this.#readings.delete(newer);
    }
    this.#changes.emit();
  }

  close(): void {
    this.#removeEdges();
    this.#changes.clear();
    this.#activations.clear();
  }

  #take({ line, level }: Edge): void {
    for (const [input, wired] of this.#lines) {
      if (wired !== line) continue;
      for (const newer of this.#readings) newer.add(input);
      this.#set(input, level);
      if (level) this.#activations.emit(input);
      this.#changes.emit();
    }
  }

  #set(input: Input, level: boolean): void {
    if (level) this.#active.add(input);
    else this.#active.delete(input);
  }
}
