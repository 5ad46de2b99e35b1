import { closeSync } from 'node:fs';
import epoll from 'epoll';
import type { Edge, InputRequest, Level, OutputRequest } from '../../../src/contracts/gpio.js';
import { KioskError } from '../../../src/errors.js';
import { lineOffset } from '../line-offset.js';
import type { ChipEvents, OpenChip } from '../open-chip.js';
import type { SafeOutput } from '../safe-off-file.js';
import { gpioError } from '../system-error.js';
import { getValue, readEvents, setValue } from './calls.js';
import { ChipFile, type LineOfChip } from './chip-file.js';
import { setNonBlocking } from './system-calls.js';
import { inputConfig, outputConfig, type LineConfig } from './line-config.js';

const { Epoll } = epoll;

interface HeldLine {
  readonly request: number;
  /** Place in the request. */
  readonly index: number;
  /** The level an output was set to. */
  output: Level | undefined;
}

export interface CharacterDevice {
  /** `/dev/gpiochipN`, or a link to it. */
  readonly chip: string;
  /** Offsets by name, for lines that the device tree does not name so. */
  readonly lines: Readonly<Record<string, number>>;
}

/** One opening of a GPIO character device: requests of lines, and the edges that the kernel queues on them. */
export class CharacterDeviceChip implements OpenChip {
  readonly #file: ChipFile;
  readonly #configured: CharacterDevice['lines'];
  readonly #events: ChipEvents;
  readonly #epoll: InstanceType<typeof Epoll>;
  readonly #lines = new Map<string, HeldLine>();
  /** Names of the lines of each request of inputs by their offset. */
  readonly #inputs = new Map<number, ReadonlyMap<number, string>>();
  readonly #outputs = new Set<number>();
  #closed = false;

  constructor({ chip, lines }: CharacterDevice, events: ChipEvents) {
    this.#file = new ChipFile(chip);
    this.#configured = lines;
    this.#events = events;
    this.#epoll = new Epoll((error, fd) => this.#onReady(error, fd));
    // Kernels from 6.7 wake whoever waits on a chip that goes; for those before there is `check`.
    this.#epoll.add(this.#file.fd, Epoll.EPOLLIN);
  }

  place({ line, activeLow = false }: OutputRequest): SafeOutput {
    const { offset } = this.#locate(line);
    const { path, info } = this.#file;
    return { driver: 'chardev', chip: path, label: info.label, offset, line, safe: activeLow ? 1 : 0 };
  }

  requestOutputs(requests: readonly OutputRequest[]): Promise<void> {
    return new Promise((resolve) => {
      this.#outputs.add(this.#hold(requests, outputConfig, false));
      resolve();
    });
  }

  requestInputs(requests: readonly InputRequest[]): Promise<void> {
    return new Promise((resolve) => {
      const request = this.#hold(requests, inputConfig, undefined);
      this.#inputs.set(request, new Map(requests.map(({ line }) => [this.#locate(line).offset, line])));
      setNonBlocking(request);
      this.#epoll.add(request, Epoll.EPOLLIN);
      resolve();
    });
  }

  set(line: string, level: Level): void {
    const held = this.#held(line);
    if (held.output === undefined) throw new KioskError('gpio.line-direction', this.#where(line));
    this.#calling(line, () => setValue(held.request, held.index, level));
    held.output = level;
  }

  get(line: string): Level {
    const held = this.#held(line);
    if (held.output !== undefined) {
      this.check();
      return held.output;
    }
    const edges = this.#calling(line, () => this.#read());
    const level = this.#calling(line, () => getValue(held.request, held.index));
    for (const edge of edges) this.#events.onEdge(edge);
    return level;
  }

  check(): void {
    this.#file.check();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#restOutputs();
    for (const request of this.#inputs.keys()) this.#epoll.remove(request);
    this.#epoll.remove(this.#file.fd);
    for (const request of [...this.#inputs.keys(), ...this.#outputs]) closeSync(request);
    this.#file.close();
  }

  /** Some kernels keep the level of a line that is let go. */
  #restOutputs(): void {
    for (const { request, index, output } of this.#lines.values()) {
      if (output === undefined) continue;
      try {
        setValue(request, index, false);
      } catch (error) {
        if (gpioError(error, this.#file.path).code !== 'gpio.chip-missing') throw error;
      }
    }
  }

  #hold<Request extends { readonly line: string }>(
    requests: readonly Request[],
    configure: (requests: readonly Request[]) => LineConfig,
    output: Level | undefined,
  ): number {
    if (this.#closed) throw new KioskError('gpio.chip-missing', this.#file.path);
    const lines = requests.map(({ line }) => this.#locate(line));
    const request = this.#file.request(lines, configure(requests));
    for (const [index, { line }] of requests.entries()) this.#lines.set(line, { request, index, output });
    return request;
  }

  #onReady(error: Error | null, fd: number): void {
    let edges: readonly Edge[] = [];
    try {
      if (error) throw error;
      if (fd === this.#file.fd) this.check();
      else edges = this.#read();
    } catch {
      // Whatever a chip says that cannot be read: opening it anew finds out what is wrong.
      this.#events.onLost();
    }
    for (const edge of edges) this.#events.onEdge(edge);
  }

  /** What the kernel has queued, over all requests in the order of time. */
  #read(): Edge[] {
    const edges: Edge[] = [];
    for (const [request, names] of this.#inputs) {
      for (let events = readEvents(request); events.length > 0; events = readEvents(request)) {
        for (const { offset, active, timestampNs } of events)
          edges.push({ line: names.get(offset) ?? String(offset), level: active, timestampNs });
      }
    }
    return edges.sort((a, b) => Number(a.timestampNs - b.timestampNs));
  }

  #held(line: string): HeldLine {
    const held = this.#lines.get(line);
    if (!held) throw new KioskError('gpio.line-unknown', this.#where(line));
    return held;
  }

  #locate(line: string): LineOfChip {
    const { path, info, names } = this.#file;
    return {
      line,
      offset: lineOffset(line, { chip: path, count: info.lines, configured: this.#configured, known: names }),
    };
  }

  #calling<Result>(line: string, call: () => Result): Result {
    try {
      return call();
    } catch (error) {
      throw gpioError(error, this.#where(line));
    }
  }

  #where(line: string): string {
    return `${this.#file.path} ${line}`;
  }
}
