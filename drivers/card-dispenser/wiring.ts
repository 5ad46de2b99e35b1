import type { Clock } from '../../src/contracts/clock.js';
import type { GpioChip } from '../../src/contracts/gpio.js';
import { codeOf, KioskError, type ErrorCode } from '../../src/errors.js';
import { Listeners } from '../../src/lib/listeners.js';
import { DeviceLines } from '../gpio/device-lines.js';
import type { Motor, Output, Sensor, Signals } from './signals.js';
import { Switches } from './switches.js';

/**
 * The dispenser's lines as one thing: motors, sensors, and whether they can be used. Does not know what they move.
 * `fault()` is `gpio.…` until every line is held and the sensors were read since the chip was last lost, and
 * `dispenser.not-ready` while a unit that could be told to move does not say that it would. After a movement was broken
 * off it is not asked until the next one.
 */
export class Wiring {
  readonly #signals: Signals;
  readonly #clock: Clock;
  readonly #lines: DeviceLines<Output, Sensor>;
  readonly #switches: Switches;
  readonly #changes = new Listeners();
  /** The unit may move: its interlock is closed, or it has none. */
  #armed = false;
  /** No movement was broken off since the lines are held: the unit must be ready. */
  #atRest = false;
  /** Why the interlock could not be closed. */
  #disarmed: ErrorCode | undefined;

  constructor(gpio: GpioChip, signals: Signals, debounceMs: number, clock: Clock) {
    const { outputs, inputs } = signals;
    this.#signals = signals;
    this.#clock = clock;
    this.#lines = new DeviceLines({ gpio, outputs, inputs, debounceMs, clock });
    this.#switches = new Switches(this.#lines);
    this.#lines.onHeld(() => {
      // Lines that were requested again start inactive.
      this.#switches.fault = undefined;
      this.#armed = !this.has('enable');
      this.#atRest = true;
      if (!this.#armed) void this.#armAtRest();
    });
    this.#lines.onChange(() => this.#changes.emit());
  }

  /** Of the wires alone. */
  wireFault(): ErrorCode | undefined {
    return this.#lines.fault() ?? this.#switches.fault ?? this.#disarmed;
  }

  /** Of a fault of the wires. */
  detail(): string | undefined {
    return this.#lines.detail();
  }

  fault(): ErrorCode | undefined {
    const fault = this.wireFault();
    if (fault || !this.#atRest) return fault;
    return this.#armed && this.isReady() ? undefined : 'dispenser.not-ready';
  }

  /** @throws the wires' fault, if there is one */
  check(): void {
    const fault = this.wireFault();
    if (fault) throw new KioskError(fault, 'dispenser');
  }

  /** The level last heard of. */
  active(sensor: Sensor): boolean {
    return this.#lines.active(sensor);
  }

  /** A unit that does not say is always ready. */
  isReady(): boolean {
    return this.#signals.inputs.ready === null || this.active('ready');
  }

  /** After every change of a sensor or of `fault()`. */
  onChange(listener: () => void): () => void {
    return this.#changes.add(listener);
  }

  onActivated(listener: (sensor: Sensor) => void): () => void {
    return this.#lines.onActivated(listener);
  }

  /** Asks the chip for every sensor's level: edges may have been lost. @throws `gpio.…` */
  async read(): Promise<void> {
    this.check();
    await this.#lines.read();
    this.check();
  }

  /** Closes the interlock and waits, `ms` at most, until the unit is ready. @returns whether it is */
  async arm(ms: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#armed) await this.#switches.on('enable');
    this.#armed = this.#atRest = true;
    return this.until(() => this.isReady(), ms, signal);
  }

  /** Gives a command; one that is a pulse ends after its time, or when the condition holds. @throws `gpio.…` */
  async command(output: Motor | 'reset', enough: () => boolean, signal: AbortSignal): Promise<void> {
    const pulseMs = this.#signals.pulseMs[output];
    await this.#switches.on(output);
    if (pulseMs === undefined) return;
    await this.until(enough, pulseMs, signal);
    await this.#switches.release(output);
  }

  has(output: Output): boolean {
    return this.#lines.drives(output);
  }

  /** All motors off; never throws. */
  async off(): Promise<void> {
    await this.#switches.off();
    this.#changes.emit();
  }

  /** All motors off and the interlock open: a unit that moves by itself stops as well. Never throws. */
  async stop(): Promise<void> {
    this.#armed = this.#atRest = !this.has('enable');
    await this.#switches.stop();
    this.#changes.emit();
  }

  /**
   * Waits, `ms` at most, until the condition holds: looked at now and after every change.
   * @returns whether it holds in the end; rejects with the wires' fault, or with the signal's reason
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
        const fault = this.wireFault();
        if (!fault && !condition()) return;
        end();
        if (fault) reject(new KioskError(fault, 'dispenser'));
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
    this.#lines.close();
    this.#changes.emit();
    this.#changes.clear();
  }

  async #armAtRest(): Promise<void> {
    try {
      await this.#switches.on('enable');
      this.#disarmed = undefined;
      this.#armed = true;
    } catch (error) {
      this.#disarmed = codeOf(error);
    }
    this.#changes.emit();
  }
}
