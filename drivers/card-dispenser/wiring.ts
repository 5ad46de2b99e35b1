import type { Clock } from '../../src/contracts/clock.js';
import type { GpioChip } from '../../src/contracts/gpio.js';
import { codeOf, KioskError, type ErrorCode } from '../../src/errors.js';
import { Listeners } from '../../src/lib/listeners.js';
import { LineClaims } from './line-claims.js';
import type { Lines, Motor, Sensor } from './lines.js';
import { Motors } from './motors.js';
import { SensorLevels } from './sensor-levels.js';

/**
 * The dispenser's lines as one thing: motors, sensors, and whether they can be used. Does not know what they move.
 * `fault()` is `gpio.…` until every line is held and the sensors were read since the chip was last lost.
 */
export class Wiring {
  readonly #gpio: GpioChip;
  readonly #clock: Clock;
  readonly #claims: LineClaims;
  readonly #motors: Motors;
  readonly #levels: SensorLevels;
  readonly #changes = new Listeners();
  readonly #removeChip: () => void;
  /** Why the sensors' levels are not known. */
  #unread: ErrorCode | undefined = 'gpio.chip-missing';
  #closed = false;

  constructor(gpio: GpioChip, lines: Lines, debounceMs: number, clock: Clock) {
    this.#gpio = gpio;
    this.#clock = clock;
    this.#motors = new Motors(gpio, lines);
    this.#levels = new SensorLevels(gpio, lines);
    this.#levels.onChange(() => this.#changes.emit());
    this.#removeChip = gpio.onChange(() => this.#onChip());
    this.#claims = new LineClaims({ gpio, lines, debounceMs, clock, onChange: () => this.#onChip() });
  }

  fault(): ErrorCode | undefined {
    if (this.#closed) return 'gpio.chip-missing';
    return this.#gpio.fault() ?? this.#claims.fault ?? this.#motors.fault ?? this.#unread;
  }

  /** @throws the fault, if there is one */
  check(): void {
    const fault = this.fault();
    if (fault) throw new KioskError(fault, this.#gpio.name);
  }

  /** The level last heard of. */
  active(sensor: Sensor): boolean {
    return this.#levels.active(sensor);
  }

  /** After every change of a sensor or of `fault()`. */
  onChange(listener: () => void): () => void {
    return this.#changes.add(listener);
  }

  onActivated(sensor: Sensor, listener: () => void): () => void {
    return this.#levels.onActivated(sensor, listener);
  }

  /** Asks the chip for every sensor's level: edges may have been lost. @throws `gpio.…` */
  async read(): Promise<void> {
    this.check();
    await this.#levels.read();
    this.check();
  }

  async on(motor: Motor): Promise<void> {
    await this.#motors.on(motor);
  }

  /** All motors off; never throws. */
  async off(): Promise<void> {
    await this.#motors.off();
    this.#changes.emit();
  }

  /**
   * Waits, `ms` at most, until the condition holds: looked at now and after every change.
   * @returns whether it holds in the end; rejects with the fault, or with the signal's reason
   */
  until(condition: () => boolean, ms: number | undefined, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        cancel();
        remove();
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        end();
        reject(signal.reason as Error);
      };
      const look = (): void => {
        const fault = this.fault();
        if (!fault && !condition()) return;
        end();
        if (fault) reject(new KioskError(fault, this.#gpio.name));
        else resolve(true);
      };
      const onTime = (): void => {
        end();
        resolve(condition());
      };
      const remove = this.#changes.add(look);
      const cancel = ms === undefined ? () => undefined : this.#clock.after(ms, onTime);
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      else look();
    });
  }

  close(): void {
    this.#closed = true;
    this.#claims.close();
    this.#removeChip();
    this.#levels.close();
    this.#changes.emit();
    this.#changes.clear();
  }

  #onChip(): void {
    this.#unread ??= 'gpio.chip-missing';
    // Lines that were requested again start inactive.
    this.#motors.fault = undefined;
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
    this.#changes.emit();
  }
}
