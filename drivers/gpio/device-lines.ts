import type { Clock } from '../../src/contracts/clock.js';
import type { GpioChip, Level } from '../../src/contracts/gpio.js';
import { codeOf, KioskError, type ErrorCode } from '../../src/errors.js';
import { Listeners } from '../../src/lib/listeners.js';
import { InputLevels } from './input-levels.js';
import { LineClaims } from './line-claims.js';
import { inputRequest, lineOf, outputRequest, type InputSignal, type OutputSignal } from './signal.js';

type Wired<Name extends string, Signal> = { readonly [Each in Name]?: Signal | null | undefined };

export interface DeviceLinesOptions<Output extends string, Input extends string> {
  readonly gpio: GpioChip;
  /** By what the device calls them; what has no line is not wired. */
  readonly outputs: Wired<Output, OutputSignal>;
  readonly inputs: Wired<Input, InputSignal>;
  /** Level changes of an input shorter than this do not count. Milliseconds. */
  readonly debounceMs: number;
  readonly clock: Clock;
}

/**
 * The lines of one device on a chip that others use too: requested until they are held, inputs read anew whenever the
 * chip comes back. `fault()` is `gpio.…` until every line is held and the inputs were read since the chip was last lost;
 * a device without any line never has one.
 */
export class DeviceLines<Output extends string, Input extends string> {
  readonly #gpio: GpioChip;
  readonly #outputs: ReadonlyMap<Output, string>;
  readonly #claims: LineClaims;
  readonly #levels: InputLevels<Input>;
  readonly #wiresInputs: boolean;
  readonly #changes = new Listeners();
  readonly #held = new Listeners();
  readonly #removeChip: () => void;
  /** Why the levels are not known. */
  #unread: ErrorCode | undefined = 'gpio.chip-missing';
  #closed = false;

  constructor({ gpio, outputs, inputs, debounceMs, clock }: DeviceLinesOptions<Output, Input>) {
    const outputSignals = wired<Output, OutputSignal>(outputs);
    const inputSignals = wired<Input, InputSignal>(inputs);
    this.#gpio = gpio;
    this.#outputs = new Map(outputSignals.map(([output, signal]) => [output, lineOf(signal)]));
    this.#wiresInputs = inputSignals.length > 0;
    this.#levels = new InputLevels(gpio, new Map(inputSignals.map(([input, signal]) => [input, lineOf(signal)])));
    this.#levels.onChange(() => this.#changes.emit());
    this.#removeChip = gpio.onChange(() => this.#onChip());
    this.#claims = new LineClaims({
      gpio,
      outputs: outputSignals.map(([, signal]) => outputRequest(signal)),
      inputs: inputSignals.map(([, signal]) => inputRequest(signal, debounceMs)),
      clock,
      onChange: () => this.#onChip(),
    });
  }

  fault(): ErrorCode | undefined {
    if (this.#outputs.size === 0 && !this.#wiresInputs) return undefined;
    if (this.#closed) return 'gpio.chip-missing';
    return this.#gpio.fault() ?? this.#claims.fault ?? this.#unread;
  }

  detail(): string | undefined {
    return this.fault() === this.#claims.fault ? this.#claims.detail : undefined;
  }

  /** @throws the fault, if there is one */
  check(): void {
    const fault = this.fault();
    if (fault) throw new KioskError(fault, this.#gpio.name);
  }

  drives(output: Output): boolean {
    return this.#outputs.has(output);
  }

  /** The level last heard of; an input that is not wired is inactive. */
  active(input: Input): boolean {
    return this.#levels.active(input);
  }

  /** An output that is not wired is set by doing nothing. @throws `gpio.…` */
  async set(output: Output, level: Level): Promise<void> {
    const line = this.#outputs.get(output);
    if (line !== undefined) await this.#gpio.set(line, level);
  }

  /** Asks the chip for every input's level: edges may have been lost. @throws `gpio.…` */
  async read(): Promise<void> {
    this.check();
    await this.#levels.read();
    this.check();
  }

  /** After every change of an input or of `fault()`. */
  onChange(listener: () => void): () => void {
    return this.#changes.add(listener);
  }

  /** An input became active: an edge, not a level that was found. */
  onActivated(listener: (input: Input) => void): () => void {
    return this.#levels.onActivated(listener);
  }

  /** All lines are held (again), outputs inactive, inputs read. */
  onHeld(listener: () => void): () => void {
    return this.#held.add(listener);
  }

  close(): void {
    this.#closed = true;
    this.#claims.close();
    this.#removeChip();
    this.#levels.close();
    this.#changes.emit();
    this.#changes.clear();
    this.#held.clear();
  }

  #onChip(): void {
    this.#unread ??= 'gpio.chip-missing';
    this.#changes.emit();
    if (this.#gpio.fault() === undefined && this.#claims.fault === undefined) void this.#readAgain();
  }

  async #readAgain(): Promise<void> {
    try {
      await this.#levels.read();
      this.#unread = this.#gpio.fault();
    } catch (error) {
      // Lost again while it was read: its return comes here once more.
      this.#unread = codeOf(error, 'gpio.chip-missing');
    }
    if (this.fault() === undefined) this.#held.emit();
    this.#changes.emit();
  }
}

function wired<Name extends string, Signal>(signals: Wired<Name, Signal>): [Name, Signal][] {
  return (Object.entries(signals) as [Name, Signal | null | undefined][]).filter(
    (entry): entry is [Name, Signal] => entry[1] !== undefined && entry[1] !== null,
  );
}
