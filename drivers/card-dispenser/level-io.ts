import type { CardDispenser, DispenserStatus } from '../../src/contracts/card-dispenser.js';
import type { Clock } from '../../src/contracts/clock.js';
import type { GpioChip } from '../../src/contracts/gpio.js';
import { KioskError, type ErrorCode } from '../../src/errors.js';
import { systemClock } from '../../src/lib/clock.js';
import { Health } from '../../src/lib/health.js';
import { Jam } from './jam.js';
import { move, revive, type Movement } from './movement.js';
import { wireUp, type Motor, type SignalChanges } from './signals.js';
import { Wiring } from './wiring.js';

export interface LevelIoOptions {
  /** Signals that are wired otherwise than by default. */
  readonly lines?: SignalChanges;
  /** Level changes of a sensor shorter than this do not count. Milliseconds. */
  readonly debounceMs: number;
  /** A movement that takes longer has failed. Milliseconds. */
  readonly travelMs: number;
  readonly jamRetries: number;
}

/** What else there is to an attempt to move a card. */
type Attempts = Partial<Pick<Movement, 'begin' | 'failed' | 'hopeless'>>;

/** A dispenser on the lines of a GPIO chip: bare motors and sensors, or a unit that is told what to do (`signals.ts`). */
export class LevelIoDispenser implements CardDispenser {
  readonly name = 'dispenser';
  readonly #options: LevelIoOptions;
  readonly #wiring: Wiring;
  readonly #jam: Jam;
  readonly #health: Health;
  #current: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  #closed = false;

  /** @throws `config.invalid` when the signals cannot be used so */
  constructor(gpio: GpioChip, options: LevelIoOptions, clock: Clock = systemClock) {
    this.#options = options;
    this.#wiring = new Wiring(gpio, wireUp(options.lines), options.debounceMs, clock);
    this.#jam = new Jam(this.#wiring);
    this.#health = new Health(this.#findFault());
    this.#wiring.onChange(() => this.#review());
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  detail(): string | undefined {
    return this.#wiring.detail();
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
      // A card that ran past a dead sensor, or is seen by one on the wrong pin: every further attempt would hand out another.
      let ranPast = false;
      const remove = this.#wiring.onActivated((sensor) => (ranPast ||= sensor === 'exit'));
      try {
        const hopeless = (): boolean => ranPast || this.#wiring.active('exit');
        await this.#move('feed', () => this.#wiring.active('transport'), abort, { hopeless });
      } finally {
        remove();
      }
    });
  }

  present(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, async (abort) => {
      if (this.#jam.jammed) throw new KioskError('dispenser.media-jam');
      if (!this.#wiring.active('transport')) throw new KioskError('dispenser.no-media');
      let wasAtExit = false;
      // A customer may be quicker than a unit that has yet to say that it is ready.
      const isOut = (): boolean => {
        wasAtExit ||= this.#wiring.active('exit');
        return wasAtExit && !this.#wiring.active('transport');
      };
      await this.#move('present', isOut, abort, { begin: () => (wasAtExit = false) });
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
      let stuck = false;
      const remove = this.#wiring.onActivated((sensor) => {
        dropped ||= sensor === 'retained';
        stuck ||= sensor === 'jammed';
      });
      try {
        // This alone may call the card back.
        if (this.#wiring.active('error')) await this.#revive(abort);
        await this.#move('retain', () => dropped && this.#jam.isWayFree(), abort, {
          begin: () => (stuck = false),
          failed: () => stuck,
        });
      } finally {
        remove();
      }
    });
  }

  reset(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, async (abort) => {
      // A unit's own reset calls the card back: that is for `retain`, whose card is on the books.
      if (this.#jam.isWayFree()) await this.#revive(abort);
      this.#jam.clear();
      this.#review();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#current?.abort.abort(closed());
    await this.#current?.ended;
    await this.#wiring.stop();
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
      this.#review();
    }
  }

  async #prepare(): Promise<void> {
    await this.#wiring.off();
    await this.#wiring.read();
  }

  async #move(motor: Motor, isThere: () => boolean, signal: AbortSignal, attempts: Attempts = {}): Promise<void> {
    const wiring = this.#wiring;
    const { travelMs, jamRetries } = this.#options;
    const { begin = () => undefined, failed = () => false, hopeless = () => false } = attempts;
    const movement = {
      motor,
      travelMs,
      jamRetries,
      begin,
      arrived: () => isThere() && wiring.isReady(),
      failed: () => wiring.active('error') || failed(),
      // A unit that has given up tried as often as it can.
      hopeless: () => wiring.active('error') || hopeless(),
    };
    if (!(await move(wiring, movement, signal))) this.#latch(motor);
  }

  /** Resets a unit that can be reset. @throws `dispenser.media-jam` when it goes on reporting an error */
  async #revive(signal: AbortSignal): Promise<void> {
    const isWell = (): boolean => !this.#wiring.active('error') && this.#wiring.isReady();
    if (!(await revive(this.#wiring, isWell, this.#options.travelMs, signal))) this.#latch('reset');
  }

  #latch(during: Motor | 'reset'): never {
    this.#jam.latch();
    this.#review();
    throw new KioskError('dispenser.media-jam', during);
  }

  #review(): void {
    this.#jam.look();
    this.#health.set(this.#findFault());
  }

  #findFault(): ErrorCode | undefined {
    const wires = this.#wiring.wireFault();
    if (wires) return wires;
    if (this.#jam.jammed) return 'dispenser.media-jam';
    // While a movement is in progress a unit is not ready for the next one.
    const unit = this.#current ? undefined : this.#wiring.fault();
    if (unit) return unit;
    if (this.#wiring.active('empty')) return 'dispenser.card-unit-empty';
    return this.#wiring.active('binFull') ? 'dispenser.retain-bin-full' : undefined;
  }
}

function closed(): KioskError {
  return new KioskError('gpio.chip-missing', 'dispenser closed');
}
