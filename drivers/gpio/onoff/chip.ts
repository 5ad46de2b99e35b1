import type { InputRequest, Level, OutputRequest } from '../../../src/contracts/gpio.js';
import { KioskError } from '../../../src/errors.js';
import { lineOffset } from '../line-offset.js';
import type { ChipEvents, OpenChip } from '../open-chip.js';
import type { SafeOutput } from '../safe-off-file.js';
import type { SysfsLine } from './claim-line.js';
import { InputLine } from './input-line.js';
import { openLine } from './open-line.js';
import { OutputLine } from './output-line.js';
import { checkChip, findChip, type SysfsChip } from './sysfs.js';

type Line = InputLine | OutputLine;

export interface SysfsGpio {
  /** As in `/sys/class/gpio/gpiochipN/label`: the kernel's numbers of lines change, labels do not. */
  readonly label: string;
  /** Offsets by name. */
  readonly lines: Readonly<Record<string, number>>;
}

/** One opening of a GPIO chip in sysfs: the lines that are exported. */
export class SysfsChipLines implements OpenChip {
  readonly #chip: SysfsChip;
  readonly #configured: SysfsGpio['lines'];
  readonly #events: ChipEvents;
  readonly #lines = new Map<string, Line>();
  #closed = false;

  constructor({ label, lines }: SysfsGpio, events: ChipEvents) {
    this.#chip = findChip(label);
    this.#configured = lines;
    this.#events = events;
  }

  place({ line, activeLow = false }: OutputRequest): SafeOutput {
    const { chip, offset } = this.#locate(line);
    return { driver: 'onoff', chip, label: chip, offset, line, safe: activeLow ? 1 : 0 };
  }

  requestOutputs(requests: readonly OutputRequest[]): Promise<void> {
    return this.#hold(requests, async (place, { activeLow = false }) => {
      return new OutputLine(await openLine(place, { direction: 'out', activeLow }));
    });
  }

  requestInputs(requests: readonly InputRequest[]): Promise<void> {
    return this.#hold(requests, async (place, { line, activeLow = false, bias = 'disabled', debounceUs = 0 }) => {
      // Whatever bias the board has, sysfs cannot change it.
      if (bias !== 'disabled') throw new KioskError('gpio.unsupported', `${this.#where(line)}: no ${bias} in sysfs`);
      const opened = await openLine(place, { direction: 'in', activeLow });
      return new InputLine(opened, Math.ceil(debounceUs / 1_000), {
        onEdge: (level, timestampNs) => this.#events.onEdge({ line, level, timestampNs }),
        onLost: () => this.#events.onLost(),
      });
    });
  }

  set(line: string, level: Level): void {
    const held = this.#held(line);
    if (held instanceof InputLine) throw new KioskError('gpio.line-direction', this.#where(line));
    held.set(level);
  }

  get(line: string): Level {
    const held = this.#held(line);
    this.check();
    return held.get();
  }

  check(): void {
    checkChip(this.#chip);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const line of this.#lines.values()) line.close();
    this.#lines.clear();
  }

  async #hold<Request extends { readonly line: string }>(
    requests: readonly Request[],
    open: (place: SysfsLine, request: Request) => Promise<Line>,
  ): Promise<void> {
    const places = requests.map(({ line }) => this.#locate(line));
    const opened = new Map<string, Line>();
    try {
      for (const [i, request] of requests.entries()) {
        const place = places[i] ?? this.#locate(request.line);
        opened.set(request.line, await open(place, request));
        if (this.#closed) throw new KioskError('gpio.chip-missing', this.#chip.label);
      }
    } catch (error) {
      for (const line of opened.values()) line.close();
      throw error;
    }
    for (const [name, line] of opened) this.#lines.set(name, line);
  }

  #held(line: string): Line {
    const held = this.#lines.get(line);
    if (!held) throw new KioskError('gpio.line-unknown', this.#where(line));
    return held;
  }

  #locate(line: string): SysfsLine {
    const { label, base, count } = this.#chip;
    const offset = lineOffset(line, { chip: label, count, configured: this.#configured });
    return { chip: label, line, offset, number: base + offset };
  }

  #where(line: string): string {
    return `${this.#chip.label} ${line}`;
  }
}
