import type { CardDispenser, DispenserStatus } from '../../src/contracts/card-dispenser.js';
import type { Clock } from '../../src/contracts/clock.js';
import type { GpioChip } from '../../src/contracts/gpio.js';
import { KioskError, type ErrorCode } from '../../src/errors.js';
import { systemClock } from '../../src/lib/clock.js';
import { Health } from '../../src/lib/health.js';
import { Jam } from './jam.js';
import { nameLines, type LineNames, type Motor } from './lines.js';
import { move } from './movement.js';
import { Wiring } from './wiring.js';

export interface LevelIoOptions {
  /** Lines that are named otherwise than by default. */
  readonly lines?: LineNames;
  /** Level changes of a sensor shorter than this do not count. Milliseconds. */
  readonly debounceMs: number;
  /** A movement that takes longer has failed. Milliseconds. */
  readonly travelMs: number;
  readonly jamRetries: number;
}

/** A dispenser with a level output for every motor and a level input for every sensor, on the lines of a GPIO chip. */
export class LevelIoDispenser implements CardDispenser {
  readonly name = 'dispenser';
  readonly #options: LevelIoOptions;
  readonly #wiring: Wiring;
  readonly #jam: Jam;
  readonly #health: Health;
  #current: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  #closed = false;

  constructor(gpio: GpioChip, options: LevelIoOptions, clock: Clock = systemClock) {
    this.#options = options;
    this.#wiring = new Wiring(gpio, nameLines(options.lines), options.debounceMs, clock);
    this.#jam = new Jam(this.#wiring);
    this.#health = new Health(this.#findFault());
    this.#wiring.onChange(() => this.#review());
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  async status(): Promise<DispenserStatus> {
    const wiring = this.#wiring;
    await wiring.read();
    return {
      media: wiring.active('exit') ? 'exit' : wiring.active('transport') ? 'transport' : 'none',
      unit: wiring.active('empty') ? 'empty' : wiring.active('low') ? 'low' : 'ok',
      retainBin: wiring.active('binFull') ? 'full' : 'ok',
    };
  }

  stage(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, async (abort) => {
      if (this.#jam.jammed) throw new KioskError('dispenser.media-jam');
      if (!this.#jam.isWayFree()) throw new KioskError('dispenser.occupied');
      if (this.#wiring.active('empty')) throw new KioskError('dispenser.card-unit-empty');
      await this.#move('feed', () => this.#wiring.active('transport'), abort);
    });
  }

  present(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, async (abort) => {
      if (this.#jam.jammed) throw new KioskError('dispenser.media-jam');
      if (!this.#wiring.active('transport')) throw new KioskError('dispenser.no-media');
      await this.#move('present', () => this.#wiring.active('exit') && !this.#wiring.active('transport'), abort);
    });
  }

  taken(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, async (abort) => {
      if (!this.#wiring.active('exit')) throw new KioskError('dispenser.no-media');
      await this.#wiring.until(() => !this.#wiring.active('exit'), undefined, abort);
    });
  }

  /** Also tried while a jam is latched: this motor pulls the other way, and a free way ends the jam. */
  retain(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, async (abort) => {
      if (this.#jam.isWayFree()) throw new KioskError('dispenser.no-media');
      if (this.#wiring.active('binFull')) throw new KioskError('dispenser.retain-bin-full');
      let dropped = false;
      const remove = this.#wiring.onActivated('retained', () => {
        dropped = true;
      });
      try {
        await this.#move('retain', () => dropped && this.#jam.isWayFree(), abort);
      } finally {
        remove();
      }
    });
  }

  reset(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, () => {
      if (!this.#jam.isWayFree()) throw new KioskError('dispenser.media-jam');
      this.#jam.clear();
      this.#review();
      return Promise.resolve();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#current?.abort.abort(closed());
    await this.#current?.ended;
    await this.#wiring.off();
    this.#wiring.close();
    this.#health.close();
  }

  /** One call at a time, on a dispenser whose motors are off and whose sensors were just read. */
  async #exclusively(signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    signal.throwIfAborted();
    if (this.#closed) throw closed();
    if (this.#current) throw new KioskError('dispenser.occupied', 'a movement is in progress');
    const abort = new AbortController();
    const onAbort = (): void => abort.abort(signal.reason);
    signal.addEventListener('abort', onAbort);
    const result = this.#prepare().then(() => work(abort.signal));
    this.#current = { abort, ended: result.catch(() => undefined) };
    try {
      await result;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#current = undefined;
    }
  }

  async #prepare(): Promise<void> {
    await this.#wiring.off();
    await this.#wiring.read();
  }

  async #move(motor: Motor, arrived: () => boolean, signal: AbortSignal): Promise<void> {
    const { travelMs, jamRetries } = this.#options;
    if (await move(this.#wiring, { motor, arrived, travelMs, jamRetries }, signal)) return;
    this.#jam.latch();
    this.#review();
    throw new KioskError('dispenser.media-jam', motor);
  }

  #review(): void {
    this.#jam.look();
    this.#health.set(this.#findFault());
  }

  #findFault(): ErrorCode | undefined {
    const fault = this.#wiring.fault();
    if (fault) return fault;
    if (this.#jam.jammed) return 'dispenser.media-jam';
    if (this.#wiring.active('empty')) return 'dispenser.card-unit-empty';
    return this.#wiring.active('binFull') ? 'dispenser.retain-bin-full' : undefined;
  }
}

function closed(): KioskError {
  return new KioskError('gpio.chip-missing', 'dispenser closed');
}
