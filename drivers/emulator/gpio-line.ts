/** Level on the wire: `true` is high, whatever that means to whoever holds the line. */
export type WireLevel = boolean;

export interface ChipLine {
  readonly name: string;
  /** What the line is wired for; a line without one can be requested either way. */
  readonly direction?: 'input' | 'output';
}

/** How a client holds a line. */
interface Hold {
  readonly client: object;
  readonly direction: 'input' | 'output';
  readonly activeLow: boolean;
  readonly debounceUs: number;
  /** Called with the logical level after every settled change of an input. */
  readonly report: (level: boolean) => void;
}

/** One line of the emulated chip: its wire, who holds it, and the debounce of what they hear. */
export class EmulatedLine {
  readonly name: string;
  readonly direction: 'input' | 'output' | undefined;
  readonly #onOutput: (wire: WireLevel) => void;
  #wire: WireLevel = false;
  #hold: Hold | undefined;
  /** The logical level as the holder of an input knows it. */
  #settled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ name, direction }: ChipLine, onOutput: (wire: WireLevel) => void) {
    this.name = name;
    this.direction = direction;
    this.#onOutput = onOutput;
  }

  get wire(): WireLevel {
    return this.#wire;
  }

  get held(): boolean {
    return this.#hold !== undefined;
  }

  heldBy(client: object): 'input' | 'output' | undefined {
    return this.#hold?.client === client ? this.#hold.direction : undefined;
  }

  hold(hold: Hold): void {
    this.#hold = hold;
    if (hold.direction === 'output') this.set(false);
    else this.#settled = this.#logical();
  }

  /** Outputs go back to inactive. */
  release(): void {
    clearTimeout(this.#timer);
    if (this.#hold?.direction === 'output') this.set(false);
    this.#hold = undefined;
  }

  /** Sets an output to a logical level. */
  set(level: boolean): void {
    this.#setWire(level !== this.#isActiveLow());
  }

  /** The logical level: of an input after debounce, of an output as it was set. */
  get(): boolean {
    return this.#hold?.direction === 'input' ? this.#settled : this.#logical();
  }

  /** The world behind the wire changes an input. */
  drive(wire: WireLevel): void {
    if (wire === this.#wire) return;
    this.#wire = wire;
    clearTimeout(this.#timer);
    if (this.#hold?.direction !== 'input') return;
    const { debounceUs } = this.#hold;
    if (debounceUs === 0) this.#settle();
    else this.#timer = setTimeout(() => this.#settle(), Math.ceil(debounceUs / 1_000));
  }

  #settle(): void {
    const level = this.#logical();
    if (level === this.#settled) return;
    this.#settled = level;
    this.#hold?.report(level);
  }

  #setWire(wire: WireLevel): void {
    if (wire === this.#wire) return;
    this.#wire = wire;
    this.#onOutput(wire);
  }

  #logical(): boolean {
    return this.#wire !== this.#isActiveLow();
  }

  #isActiveLow(): boolean {
    return this.#hold?.activeLow ?? false;
  }
}
