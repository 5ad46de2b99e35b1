import { rm, symlink } from 'node:fs/promises';
import type { ChipWires } from '../../../drivers/emulator/chip-wires.js';
import type { WireLevel } from '../../../drivers/emulator/gpio-line.js';
import { ChardevGpio } from '../../../drivers/gpio/chardev/index.js';
import { GpioSim } from './gpio-sim.js';

/** Bounce takes longer here than on a real switch: the emulated processor does not always have its turn. */
export const DEBOUNCE_MS = 80;

/** Contacts do not bounce: from one bounce to the next would take as long as the debounce. */
export const CALM = (): number => 0;

let chips = 0;

/** The far ends of the wires of a `gpio-sim` chip, and a driver on its character device. */
export class SimWires implements ChipWires {
  readonly #sim: GpioSim;
  readonly #path: string;
  readonly gpio: ChardevGpio;

  private constructor(sim: GpioSim, path: string) {
    this.#sim = sim;
    this.#path = path;
    this.gpio = new ChardevGpio({ name: 'gpio', chip: path, lines: {} });
  }

  static async open(lines: readonly string[]): Promise<SimWires> {
    chips += 1;
    const label = `wires-${process.pid}-${chips}`;
    const sim = new GpioSim(label, lines, label);
    // As a udev rule makes it: the kernel counts on when the chip comes back.
    const path = `/dev/${label}`;
    await symlink(sim.path, path);
    return new SimWires(sim, path);
  }

  output(line: string): WireLevel {
    return this.#sim.output(line);
  }

  onOutput(listener: (line: string, level: WireLevel) => void): () => void {
    return this.#sim.onOutput(listener);
  }

  drive(line: string, level: WireLevel): void {
    this.#sim.drive(line, level);
  }

  async unplug(): Promise<void> {
    this.#sim.unplug();
    await rm(this.#path);
  }

  async plugIn(): Promise<void> {
    this.#sim.plugIn();
    await symlink(this.#sim.path, this.#path);
  }

  async close(): Promise<void> {
    await this.gpio.close();
    this.#sim.remove();
    await rm(this.#path, { force: true });
  }
}
