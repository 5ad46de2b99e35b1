import { motors, type Motor, type Signals } from '../../card-dispenser/signals.js';
import type { ChipWires } from '../chip-wires.js';
import { Wire } from '../wire.js';
import { EmulatedMotor, type Mechanics } from './motor.js';

/** What stands between the lines and the mechanics. */
export interface Controller {
  /** Motors that run now. */
  running(): readonly Motor[];
  /** Its supply: without it nothing moves. */
  power(on: boolean): void;
  close(): void;
}

/** No controller: a line for every motor, which runs while the line is active. */
export class BareMotors implements Controller {
  readonly #motors = new Map<Motor, EmulatedMotor>();
  readonly #removeOutput: () => void;
  #powered = true;

  constructor(chip: ChipWires, signals: Signals, mechanics: Mechanics, onStarted: () => void) {
    const wires = new Map<string, readonly [Wire, EmulatedMotor]>();
    for (const name of motors) {
      const motor = new EmulatedMotor(name, mechanics);
      this.#motors.set(name, motor);
      const wire = new Wire(signals.outputs[name] ?? '');
      wires.set(wire.line, [wire, motor]);
    }
    this.#removeOutput = chip.onOutput((line, level) => {
      const [wire, motor] = wires.get(line) ?? [];
      if (!wire || !motor) return;
      motor.set(this.#powered && wire.isActive(level));
      if (motor.running) onStarted();
    });
  }

  running(): readonly Motor[] {
    return motors.filter((name) => this.#motors.get(name)?.running);
  }

  power(on: boolean): void {
    this.#powered = on;
    if (!on) this.#stop();
  }

  close(): void {
    this.#removeOutput();
    this.#stop();
  }

  #stop(): void {
    for (const motor of this.#motors.values()) motor.set(false);
  }
}
