import type { Clock } from '../../src/contracts/clock.js';
import type { Edge, GpioChip, InputRequest, Level, OutputRequest } from '../../src/contracts/gpio.js';
import { codeOf, KioskError, type ErrorCode } from '../../src/errors.js';
import { backoffMs } from '../../src/lib/backoff.js';
import { systemClock } from '../../src/lib/clock.js';
import { Health } from '../../src/lib/health.js';
import { Listeners } from '../../src/lib/listeners.js';
import { Claim } from './claim.js';
import type { ChipOpener, OpenChip } from './open-chip.js';
import type { SafeOffFile } from './safe-off-file.js';
import { SafeOutputs } from './safe-outputs.js';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
/** How soon the loss of a chip is noticed whose kernel does not tell of it. */
const CHECK_MS = 1_000;

export interface KernelGpioOptions {
  readonly name: string;
  readonly open: ChipOpener;
  readonly safeOff?: SafeOffFile;
}

/**
 * A GPIO chip of the kernel, opened again with back-off (100 ms, doubling to 5 s) whenever it cannot be opened or is lost.
 * Lines requested before the chip is there are requested, and the call resolves, once it is.
 */
export class KernelGpio implements GpioChip {
  readonly name: string;
  readonly #open: ChipOpener;
  readonly #clock: Clock;
  readonly #health = new Health('gpio.chip-missing');
  readonly #edges = new Listeners<[Edge]>();
  readonly #claims = new Set<Claim>();
  readonly #safe: SafeOutputs;
  #chip: OpenChip | undefined;
  /** One request after the other. */
  #turn: Promise<void> = Promise.resolve();
  #attempts = 0;
  #cancelTimer: () => void = () => undefined;
  #closed = false;

  constructor({ name, open, safeOff }: KernelGpioOptions, clock: Clock = systemClock) {
    this.name = name;
    this.#open = open;
    this.#clock = clock;
    this.#safe = new SafeOutputs(safeOff);
    this.#attempt();
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  onEdge(listener: (edge: Edge) => void): () => void {
    return this.#edges.add(listener);
  }

  requestOutputs(requests: readonly OutputRequest[]): Promise<void> {
    return this.#claim((chip) => this.#safe.around(requests, chip, () => chip.requestOutputs(requests)));
  }

  requestInputs(requests: readonly InputRequest[]): Promise<void> {
    return this.#claim((chip) => chip.requestInputs(requests));
  }

  set(line: string, level: Level): Promise<void> {
    return this.#call((chip) => chip.set(line, level));
  }

  get(line: string): Promise<Level> {
    return this.#call((chip) => chip.get(line));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    this.#chip?.close();
    this.#chip = undefined;
    for (const claim of this.#claims) claim.refuse(this.#missing());
    this.#claims.clear();
    this.#health.set('gpio.chip-missing');
    this.#health.close();
    this.#edges.clear();
    await this.#turn;
  }

  #call<Result>(work: (chip: OpenChip) => Result): Promise<Result> {
    return new Promise((resolve) => {
      const chip = this.#chip;
      if (!chip || this.#health.fault !== undefined) throw this.#missing();
      try {
        resolve(work(chip));
      } catch (error) {
        if (codeOf(error) === 'gpio.chip-missing') this.#lose(chip, 'gpio.chip-missing');
        throw error;
      }
    });
  }

  #claim(request: (chip: OpenChip) => Promise<void>): Promise<void> {
    if (this.#closed) return Promise.reject(this.#missing());
    const claim = new Claim(request);
    this.#claims.add(claim);
    const chip = this.#chip;
    if (chip) {
      this.#inTurn(async () => {
        if (await this.#make(claim, chip)) claim.grant();
      });
    }
    return claim.settled;
  }

  #attempt(): void {
    const lost = (): void => {
      if (chip) this.#lose(chip, 'gpio.chip-missing');
    };
    let chip: OpenChip | undefined;
    try {
      chip = this.#open({ onEdge: (edge) => this.#edges.emit(edge), onLost: lost });
    } catch (error) {
      this.#retry(codeOf(error));
      return;
    }
    const opened = chip;
    this.#chip = opened;
    // Without lines to restore, the chip is of use at once.
    if (this.#claims.size === 0) this.#restored();
    else this.#inTurn(() => this.#restore(opened));
    this.#watch(opened);
  }

  /** Requests every line again that was held before, or was asked for meanwhile. */
  async #restore(chip: OpenChip): Promise<void> {
    for (const claim of [...this.#claims]) await this.#make(claim, chip);
    if (this.#chip !== chip) return;
    this.#restored();
    // Nothing is granted while calls would still be rejected.
    for (const claim of this.#claims) if (claim.isMadeOn(chip)) claim.grant();
  }

  #restored(): void {
    this.#attempts = 0;
    this.#health.set(undefined);
  }

  /** @returns whether the lines are held */
  async #make(claim: Claim, chip: OpenChip): Promise<boolean> {
    if (this.#chip !== chip || !this.#claims.has(claim)) return false;
    try {
      await claim.make(chip);
      return this.#isOpen(chip);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'gpio.chip-missing' || claim.granted) {
        // Without its lines this driver is of no use: lets go of everything and asks again.
        this.#lose(chip, code);
      } else {
        this.#claims.delete(claim);
        claim.refuse(error);
      }
      return false;
    }
  }

  #isOpen(chip: OpenChip): boolean {
    return this.#chip === chip;
  }

  #watch(chip: OpenChip): void {
    if (!this.#isOpen(chip)) return;
    this.#cancelTimer = this.#clock.after(CHECK_MS, () => {
      try {
        chip.check();
      } catch (error) {
        this.#lose(chip, codeOf(error));
        return;
      }
      this.#watch(chip);
    });
  }

  #lose(chip: OpenChip, fault: ErrorCode): void {
    if (!this.#isOpen(chip)) return;
    this.#chip = undefined;
    chip.close();
    this.#retry(fault);
  }

  #retry(fault: ErrorCode): void {
    this.#cancelTimer();
    const ms = backoffMs(this.#attempts, FIRST_RETRY_MS, LAST_RETRY_MS, Math.random());
    this.#attempts += 1;
    this.#cancelTimer = this.#clock.after(ms, () => this.#attempt());
    this.#health.set(fault);
  }

  #inTurn(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work);
  }

  #missing(): KioskError {
    return new KioskError(this.#health.fault ?? 'gpio.chip-missing', this.name);
  }
}
