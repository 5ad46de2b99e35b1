import type { CardDispenser, DispenserStatus } from '../contracts/card-dispenser.js';
import { KioskError, type ErrorCode } from '../errors.js';
import { onAbort } from '../lib/on-abort.js';
import { never, type Life, type VirtualTime } from './clock.js';
import type { Machine, Motor } from './machine.js';
import { VirtualDevice } from './virtual-device.js';

const TRAVEL_MS = 1_500;
/** What a motor tries in all before a jam is reported. */
const JAM_MS = 6 * TRAVEL_MS;
/** A unit is waited for so long. */
const READY_MS = 1_500;
/** What a motor takes to stand still once it is told to. */
const BRAKE_MS = 40;
const BIN = 1_000_000;

/** How a movement goes. */
export interface Movement {
  readonly jams: 'not' | 'for-now' | 'hard';
  readonly cards: 1 | 2;
}

export interface DispenserHooks {
  /** A motor is about to run; may end the program. */
  readonly starts: (motor: Motor) => Movement;
  /** It has stopped by itself; may end the program before that hears of it. */
  readonly stopped: (motor: Motor) => void;
  /** What moves when the program ends goes on for a moment. */
  readonly coasts: () => boolean;
  /** Its sensors are asked, and answer. */
  readonly looks: () => void;
  readonly isGone: () => boolean;
  /** It does not get ready, and nobody can tell before it is told to move. */
  readonly isOff: () => boolean;
}

/** The dispenser as one program drives it: the same promises as the driver, over the cards of the machine. */
export class VirtualDispenser extends VirtualDevice implements CardDispenser {
  readonly name = 'dispenser';
  readonly #machine: Machine;
  readonly #time: VirtualTime;
  readonly #life: Life;
  readonly #hooks: DispenserHooks;
  #jammed = false;
  #busy = false;

  constructor(machine: Machine, time: VirtualTime, life: Life, hooks: DispenserHooks) {
    super();
    this.#machine = machine;
    this.#time = time;
    this.#life = life;
    this.#hooks = hooks;
    const remove = machine.onSensors(() => this.review());
    life.onEnd(remove);
  }

  /** Sensors go on moving when the program is dead. */
  override review(): void {
    if (this.#life.alive) super.review();
  }

  status(): Promise<DispenserStatus> {
    if (this.#hooks.isGone()) return Promise.reject(new KioskError('gpio.chip-missing', 'simulated'));
    this.#hooks.looks();
    const media = this.#machine.sees('exit') ? 'exit' : this.#machine.sees('transport') ? 'transport' : 'none';
    return Promise.resolve({ media, unit: this.#machine.count('stack') === 0 ? 'empty' : 'ok', retainBin: 'ok' });
  }

  stage(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, async () => {
      if (this.#jammed) throw new KioskError('dispenser.media-jam');
      if (this.#isOccupied()) throw new KioskError('dispenser.occupied');
      if (this.#machine.count('stack') === 0) throw new KioskError('dispenser.card-unit-empty');
      await this.#move('feed', signal, () => this.#machine.sees('transport'));
    });
  }

  present(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, async () => {
      if (this.#jammed) throw new KioskError('dispenser.media-jam');
      if (!this.#machine.sees('transport')) throw new KioskError('dispenser.no-media');
      await this.#move('present', signal, () => this.#machine.sees('exit') && !this.#machine.sees('transport'));
    });
  }

  taken(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, () => {
      if (!this.#machine.sees('exit')) return Promise.reject(new KioskError('dispenser.no-media'));
      return new Promise((resolve, reject) => {
        const remove = this.#machine.onSensors(() => {
          if (this.#machine.sees('exit')) return;
          remove();
          forget();
          resolve();
        });
        const forget = onAbort(signal, () => {
          remove();
          reject(signal.reason as Error);
        });
      });
    });
  }

  retain(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, async () => {
      if (!this.#isOccupied()) throw new KioskError('dispenser.no-media');
      if (this.#machine.count('retained') >= BIN) throw new KioskError('dispenser.retain-bin-full');
      const before = this.#machine.count('retained');
      const dropped = (): boolean => this.#machine.count('retained') > before && !this.#isOccupied();
      await this.#move('retain', signal, dropped);
      this.#jammed = false;
      this.review();
    });
  }

  reset(signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, () => {
      this.#jammed = false;
      this.review();
      return Promise.resolve();
    });
  }

  async #exclusively(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    if (!this.#life.alive) return never();
    signal.throwIfAborted();
    if (this.#hooks.isGone()) throw new KioskError('gpio.chip-missing', 'simulated');
    if (this.#busy) throw new KioskError('dispenser.occupied', 'a movement is in progress');
    this.#busy = true;
    try {
      await work();
    } finally {
      this.#busy = false;
    }
  }

  #isOccupied(): boolean {
    return this.#machine.sees('transport') || this.#machine.sees('exit');
  }

  /** Resolves when the card has arrived by the sensors; the motor is off whenever this settles, or the program ends. */
  async #move(motor: Motor, signal: AbortSignal, arrived: () => boolean): Promise<void> {
    if (this.#hooks.isOff()) await this.#waitInVain(motor, signal);
    const movement = this.#hooks.starts(motor);
    if (!this.#life.alive) return never();
    const machine = this.#machine;
    machine.running = motor;
    if (movement.jams === 'hard') machine.stuck = true;
    await new Promise<void>((resolve, reject) => {
      const off = (): void => {
        cancel();
        endless();
        heedless();
        machine.running = undefined;
      };
      const carried = (): void => {
        if (!machine.stuck && movement.jams === 'not') carry(machine, motor, movement.cards);
      };
      let cancel = this.#time.after(movement.jams === 'not' && !machine.stuck ? TRAVEL_MS : JAM_MS, () => {
        off();
        carried();
        this.#hooks.stopped(motor);
        if (this.#life.alive) resolve();
      });
      const heedless = onAbort(signal, () => {
        cancel();
        cancel = this.#time.after(BRAKE_MS, () => {
          off();
          reject(signal.reason as Error);
        });
      });
      const endless = this.#life.onEnd(() => {
        if (machine.running === motor && this.#hooks.coasts()) carried();
        off();
      });
    });
    if (arrived()) return;
    this.#jammed = this.#isOccupied() || machine.stuck;
    this.review();
    throw new KioskError('dispenser.media-jam', motor);
  }

  #waitInVain(motor: Motor, signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const cancel = this.#time.after(READY_MS, () => {
        forget();
        if (this.#life.alive) reject(new KioskError('dispenser.not-ready', motor));
      });
      const forget = onAbort(signal, () => {
        cancel();
        reject(signal.reason as Error);
      });
    });
  }

  protected override findFault(): ErrorCode | undefined {
    if (this.#hooks.isGone()) return 'gpio.chip-missing';
    if (this.#jammed) return 'dispenser.media-jam';
    return this.#machine.count('stack') === 0 ? 'dispenser.card-unit-empty' : undefined;
  }
}

function carry(machine: Machine, motor: Motor, cards: number): void {
  if (motor === 'feed' && cards > 1) machine.hasDoubled = true;
  if (motor === 'feed') for (let card = 0; card < cards; card += 1) machine.carry('stack', 'transport', 'motor');
  if (motor === 'present') machine.carry('transport', 'exit', 'motor');
  if (motor !== 'retain') return;
  while (machine.carry('exit', 'retained', 'motor'));
  while (machine.carry('transport', 'retained', 'motor'));
}
