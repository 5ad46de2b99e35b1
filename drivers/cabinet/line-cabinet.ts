import type { Cabinet, Lamps } from '../../src/contracts/cabinet.js';
import type { Clock } from '../../src/contracts/clock.js';
import type { GpioChip } from '../../src/contracts/gpio.js';
import type { PanelInput } from '../../src/contracts/panel.js';
import type { ErrorCode } from '../../src/errors.js';
import { systemClock } from '../../src/lib/clock.js';
import { Health } from '../../src/lib/health.js';
import { Listeners } from '../../src/lib/listeners.js';
import { DeviceLines } from '../gpio/device-lines.js';
import type { InputSignal, OutputSignal } from '../gpio/signal.js';
import { LampLines } from './lamp-lines.js';

type Button = 'agree' | 'cancel';

/** Each may be left out. `door` is active while it is open: with a pull-up and a switch to ground a cut wire is open too. */
export type CabinetSignals = { readonly [Name in Button | 'door']?: InputSignal | undefined } & {
  readonly [Name in 'ready' | 'busy' | 'cameraLight']?: OutputSignal | undefined;
};

export interface LineCabinetOptions {
  readonly lines: CabinetSignals;
  /** Level changes of button and door shorter than this do not count. Milliseconds. */
  readonly debounceMs: number;
}

/** Door switch, buttons and lamps on the lines of a GPIO chip. */
export class LineCabinet implements Cabinet {
  readonly name = 'cabinet';
  readonly #lines: DeviceLines<'ready' | 'busy' | 'cameraLight', Button | 'door'>;
  readonly #lamps: LampLines<'ready' | 'busy' | 'cameraLight'>;
  readonly #health: Health;
  readonly #door = new Listeners<[boolean]>();
  readonly #inputs = new Listeners<[PanelInput]>();
  #doorOpen = false;

  constructor(gpio: GpioChip, options: LineCabinetOptions, clock: Clock = systemClock) {
    const { agree, cancel, door, ready, busy, cameraLight } = options.lines;
    this.#lines = new DeviceLines({
      gpio,
      outputs: { ready, busy, cameraLight },
      inputs: { agree, cancel, door },
      debounceMs: options.debounceMs,
      clock,
    });
    this.#lamps = new LampLines(this.#lines, () => this.#review());
    this.#health = new Health(this.#findFault());
    this.#lines.onHeld(() => void this.#lamps.apply());
    this.#lines.onActivated((input) => {
      if (input !== 'door') this.#inputs.emit({ type: input });
    });
    this.#lines.onChange(() => {
      this.#lookAtDoor();
      this.#review();
    });
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  detail(): string | undefined {
    return this.#lines.detail();
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  doorOpen(): boolean {
    return this.#doorOpen;
  }

  onDoor(listener: (open: boolean) => void): () => void {
    return this.#door.add(listener);
  }

  onInput(listener: (input: PanelInput) => void): () => void {
    return this.#inputs.add(listener);
  }

  show({ ready, busy }: Lamps): void {
    void this.#lamps.set({ ready, busy });
  }

  light(on: boolean): Promise<void> {
    return this.#lamps.set({ cameraLight: on });
  }

  async close(): Promise<void> {
    this.#door.clear();
    this.#inputs.clear();
    await this.#lamps.set({ ready: false, busy: false, cameraLight: false });
    this.#lines.close();
    this.#review();
    this.#health.close();
  }

  #lookAtDoor(): void {
    const open = this.#lines.active('door');
    if (open === this.#doorOpen) return;
    this.#doorOpen = open;
    this.#door.emit(open);
  }

  #review(): void {
    this.#health.set(this.#findFault());
  }

  #findFault(): ErrorCode | undefined {
    return this.#lines.fault() ?? this.#lamps.fault;
  }
}
