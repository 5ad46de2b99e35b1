import { outputs, type Motor, type Output, type Signals } from '../../card-dispenser/signals.js';
import type { ChipWires } from '../chip-wires.js';
import { Wire } from '../wire.js';
import type { Controller } from './bare-motors.js';
import type { Mechanics } from './motor.js';

/** A jam is tried so often back and forth. */
const OWN_TRIES = 5;
const JAMMED_PULSE_MS = 500;

export interface UnitOptions {
  readonly chip: ChipWires;
  readonly signals: Signals;
  readonly mechanics: Mechanics;
  /** A command that is held for less is not heard. Milliseconds. */
  readonly acceptMs: number;
  /** So long after a movement it is ready again. Milliseconds. */
  readonly settleMs: number;
  /** Whether a card lies where a reset calls it back from. */
  readonly cardInTheWay: () => boolean;
  readonly onStarted: () => void;
}

/**
 * The controller of a dispenser as makers build it: takes commands as pulses while it is enabled and ready, carries
 * them out by itself, and when it cannot, reports an error until it is reset; a reset calls a card back into the bin.
 */
export class EmulatedUnit implements Controller {
  readonly #options: UnitOptions;
  readonly #wires: ReadonlyMap<string, readonly [Output, Wire]>;
  readonly #removeOutput: () => void;
  readonly #pending = new Map<Output, NodeJS.Timeout>();
  #powered = true;
  #enabled = false;
  #error = false;
  #moving: { readonly motor: Motor; timer: NodeJS.Timeout } | undefined;
  #jammedTimer: NodeJS.Timeout | undefined;

  constructor(options: UnitOptions) {
    this.#options = options;
    const { chip, signals } = options;
    this.#wires = new Map(
      outputs.flatMap((output) => {
        const signal = signals.outputs[output];
        const wire = signal === null ? undefined : new Wire(signal);
        return wire ? [[wire.line, [output, wire]] as const] : [];
      }),
    );
    this.#removeOutput = chip.onOutput((line, level) => {
      const [output, wire] = this.#wires.get(line) ?? [];
      if (output && wire) this.#hear(output, wire.isActive(level));
    });
    this.#drive('jammed', false);
    this.#show();
  }

  running(): readonly Motor[] {
    return this.#moving ? [this.#moving.motor] : [];
  }

  power(on: boolean): void {
    this.#powered = on;
    if (!on) this.#stop();
    this.#show();
  }

  close(): void {
    this.#removeOutput();
    for (const timer of this.#pending.values()) clearTimeout(timer);
    clearTimeout(this.#moving?.timer);
    clearTimeout(this.#jammedTimer);
  }

  #hear(output: Output, active: boolean): void {
    if (output === 'enable') {
      this.#enabled = active;
      if (!active) this.#stop();
      this.#show();
      return;
    }
    clearTimeout(this.#pending.get(output));
    if (active)
      this.#pending.set(
        output,
        setTimeout(() => this.#accept(output), this.#options.acceptMs),
      );
  }

  #accept(command: Motor | 'reset'): void {
    if (!this.#powered || !this.#enabled || this.#moving) return;
    if (command !== 'reset') {
      if (!this.#error) this.#start(command);
      return;
    }
    this.#error = false;
    if (this.#options.cardInTheWay()) this.#start('retain');
    this.#show();
  }

  #start(motor: Motor): void {
    this.#try(motor, 1);
    this.#show();
    this.#options.onStarted();
  }

  #try(motor: Motor, attempt: number): void {
    const { mechanics } = this.#options;
    const grips = mechanics.grips();
    const timer = setTimeout(() => {
      if (!grips && attempt <= OWN_TRIES) return this.#try(motor, attempt + 1);
      if (grips) mechanics.travelled(motor);
      else this.#giveUp(motor);
      this.#settle(motor);
    }, mechanics.travelMs);
    this.#moving = { motor, timer };
  }

  #settle(motor: Motor): void {
    const rest = (): void => {
      this.#moving = undefined;
      this.#show();
    };
    const { settleMs } = this.#options;
    if (settleMs === 0) rest();
    else this.#moving = { motor, timer: setTimeout(rest, settleMs) };
  }

  #giveUp(motor: Motor): void {
    this.#error = true;
    if (motor !== 'retain') return;
    this.#drive('jammed', true);
    this.#jammedTimer = setTimeout(() => this.#drive('jammed', false), JAMMED_PULSE_MS);
  }

  #stop(): void {
    clearTimeout(this.#moving?.timer);
    this.#moving = undefined;
  }

  #show(): void {
    this.#drive('ready', this.#powered && this.#enabled && !this.#error && !this.#moving);
    this.#drive('error', this.#powered && this.#error);
  }

  #drive(name: 'ready' | 'error' | 'jammed', active: boolean): void {
    const signal = this.#options.signals.inputs[name];
    if (signal !== null) new Wire(signal).drive(this.#options.chip, active);
  }
}
