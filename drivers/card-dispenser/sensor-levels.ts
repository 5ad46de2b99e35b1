import type { Edge, GpioChip } from '../../src/contracts/gpio.js';
import { Listeners } from '../../src/lib/listeners.js';
import { sensors, type Lines, type Sensor } from './lines.js';

/** What the sensors say, followed by their edges and read when asked. */
export class SensorLevels {
  readonly #gpio: GpioChip;
  readonly #lines: Lines;
  readonly #active = new Set<Sensor>();
  readonly #changes = new Listeners();
  readonly #activations = new Listeners<[Sensor]>();
  readonly #removeEdges: () => void;
  /** Sensors that changed during a reading: the edge is newer than the level that was asked for. */
  readonly #readings = new Set<Set<Sensor>>();

  constructor(gpio: GpioChip, lines: Lines) {
    this.#gpio = gpio;
    this.#lines = lines;
    this.#removeEdges = gpio.onEdge((edge) => this.#take(edge));
  }

  active(sensor: Sensor): boolean {
    return this.#active.has(sensor);
  }

  onChange(listener: () => void): () => void {
    return this.#changes.add(listener);
  }

  /** Edges only: a level found by `read` is none. */
  onActivated(sensor: Sensor, listener: () => void): () => void {
    return this.#activations.add((activated) => {
      if (activated === sensor) listener();
    });
  }

  /** Asks the chip for every level. @throws `gpio.…` */
  async read(): Promise<void> {
    const newer = new Set<Sensor>();
    this.#readings.add(newer);
    try {
      const levels = await Promise.all(sensors.map((sensor) => this.#gpio.get(this.#lines[sensor])));
      for (const [i, sensor] of sensors.entries()) if (!newer.has(sensor)) this.#set(sensor, levels[i] ?? false);
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
    const sensor = sensors.find((name) => this.#lines[name] === line);
    if (!sensor) return;
    for (const newer of this.#readings) newer.add(sensor);
    this.#set(sensor, level);
    if (level) this.#activations.emit(sensor);
    this.#changes.emit();
  }

  #set(sensor: Sensor, level: boolean): void {
    if (level) this.#active.add(sensor);
    else this.#active.delete(sensor);
  }
}
