import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ChipWires } from '../../../drivers/emulator/chip-wires.js';

const CONFIG = '/sys/kernel/config/gpio-sim';
/** sysfs does not tell that a simulated output changed: it is looked at again and again while somebody listens. */
const LOOK_MS = 10;
const HIGH = '1'.charCodeAt(0);

/** A GPIO chip of the kernel's own `gpio-sim`: a real `/dev/gpiochipN`, with the wires in sysfs. */
export class GpioSim implements ChipWires {
  readonly #folder: string;
  readonly #offsets: ReadonlyMap<string, number>;
  /** What drives the inputs from outside stays what it is while the chip is away. */
  readonly #driven = new Map<string, boolean>();
  readonly #listeners = new Set<() => void>();
  /** Folder of the chip in sysfs, while it is plugged in. */
  #sysfs: string | undefined;
  /** Files of levels, kept open: to open them each time takes an emulated processor as long as everything else. */
  readonly #files = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #wires = '';

  /**
   * @param name of the chip in configfs; the label of the chip is `<label>`
   * @param lines names in the order of their offsets
   */
  constructor(name: string, lines: readonly string[], label = name) {
    this.#folder = join(CONFIG, name);
    this.#offsets = new Map(lines.map((line, offset) => [line, offset]));
    mkdirSync(join(this.#folder, 'bank0'), { recursive: true });
    this.#set('bank0/num_lines', String(lines.length));
    this.#set('bank0/label', label);
    for (const [line, offset] of this.#offsets) {
      mkdirSync(join(this.#folder, `bank0/line${offset}`));
      this.#set(`bank0/line${offset}/name`, line);
    }
    this.plugIn();
  }

  /** `/dev/gpiochipN`; it may be another after the chip was plugged in again. */
  get path(): string {
    return `/dev/${this.#get('bank0/chip_name')}`;
  }

  /** Level on the wire of a line; low while the chip is not there. */
  wire(line: string): boolean {
    const path = this.#attribute(line, 'value');
    if (path === undefined) return false;
    const file = this.#files.get(path) ?? openSync(path, 'r');
    this.#files.set(path, file);
    const level = new Uint8Array(1);
    readSync(file, level, 0, 1, 0);
    return level[0] === HIGH;
  }

  /** Drives a line from outside, through a pull as a sensor's would. */
  drive(line: string, level: boolean): void {
    this.#driven.set(line, level);
    const pull = this.#attribute(line, 'pull');
    if (pull !== undefined) writeFileSync(pull, level ? 'pull-up' : 'pull-down');
  }

  /** Calls the listener after a wire changed that is not driven from outside, a few milliseconds after at the latest. */
  readonly onWire = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (!this.#timer) this.#wires = this.#levels();
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  };

  output(line: string): boolean {
    return this.wire(line);
  }

  onOutput(listener: (line: string, level: boolean) => void): () => void {
    const outputs = this.#outputs();
    const before = new Map(outputs.map((line) => [line, this.wire(line)]));
    return this.onWire(() => {
      for (const line of outputs) {
        const level = this.wire(line);
        if (level === before.get(line)) continue;
        before.set(line, level);
        listener(line, level);
      }
    });
  }

  unplug(): void {
    this.#sysfs = undefined;
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
    this.#set('live', '0');
  }

  plugIn(): void {
    this.#set('live', '1');
    this.#sysfs = join('/sys/devices/platform', this.#get('dev_name'), this.#get('bank0/chip_name'));
    for (const [line, level] of this.#driven) this.drive(line, level);
  }

  /** Takes the chip away for good. */
  remove(): void {
    clearInterval(this.#timer);
    if (!existsSync(this.#folder)) return;
    if (this.#sysfs !== undefined) this.unplug();
    const bank = join(this.#folder, 'bank0');
    for (const entry of readdirSync(bank)) if (/^line\d+$/.test(entry)) rmdirSync(join(bank, entry));
    rmdirSync(bank);
    rmdirSync(this.#folder);
  }

  #look(): void {
    const wires = this.#levels();
    if (wires === this.#wires) return;
    this.#wires = wires;
    for (const listener of [...this.#listeners]) listener();
  }

  /** What is driven from outside is no output. */
  #outputs(): readonly string[] {
    return [...this.#offsets.keys()].filter((line) => !this.#driven.has(line));
  }

  #levels(): string {
    return this.#outputs()
      .map((line) => (this.wire(line) ? '1' : '0'))
      .join('');
  }

  #attribute(line: string, attribute: 'value' | 'pull'): string | undefined {
    const offset = this.#offsets.get(line);
    if (offset === undefined) throw new Error(`gpio-sim has no line ${line}`);
    return this.#sysfs && join(this.#sysfs, `sim_gpio${offset}`, attribute);
  }

  #get(attribute: string): string {
    return readFileSync(join(this.#folder, attribute), 'utf8').trim();
  }

  #set(attribute: string, value: string): void {
    writeFileSync(join(this.#folder, attribute), value);
  }
}
