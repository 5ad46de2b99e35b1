import { Listeners } from '../../../src/lib/listeners.js';
import type { FarEnd } from '../far-end.js';
import { pieces } from './pieces.js';

/** What can be wrong with an emulated reader of machine-readable zones and its line. Single faults are used up. */
export interface MrzFaults {
  /** Random bytes before every zone. */
  noise: boolean;
  /** Zones leave in small pieces. */
  split: boolean;
  /** It says a zone once, not again and again. */
  once: boolean;
  /** How the next zone is changed on its way. */
  spoilNext: ((zone: readonly string[]) => readonly string[]) | undefined;
}

const SCAN_MS = 200;
const MOST_NOISE = 12;
/** Never the end of a line, so that noise does not make one. */
const noiseByte = (random: () => number): number => 0x10 + Math.floor(random() * 0xf0);

/** A reader that looks for a zone again and again and says what it sees: every line ended by CR, sometimes LF too. */
export class EmulatedMrzReader {
  readonly faults: MrzFaults = { noise: false, split: false, once: false, spoilNext: undefined };
  readonly #scans = new Listeners();
  readonly #random: () => number;
  readonly #timer: NodeJS.Timeout;
  #zone: readonly string[] | undefined;
  #said = false;
  #busy = false;

  /** @param options.scanMs between two looks; `random` is for noise and pieces, 0 … 1 */
  constructor(
    private readonly line: FarEnd,
    options: { readonly scanMs?: number; readonly random?: () => number } = {},
  ) {
    this.#random = options.random ?? Math.random;
    this.#timer = setInterval(() => this.#scan(), options.scanMs ?? SCAN_MS).unref();
  }

  /** Lays a document down; one that lies there is taken away first. */
  insert(zone: readonly string[]): void {
    this.#zone = zone;
    this.#said = false;
  }

  remove(): void {
    this.#zone = undefined;
  }

  /** Called after every look. @returns a function that removes the listener */
  onScan(listener: () => void): () => void {
    return this.#scans.add(listener);
  }

  /** Says nothing more. The line stays open: it belongs to whoever opened it. */
  close(): void {
    clearInterval(this.#timer);
    this.#scans.clear();
  }

  #scan(): void {
    if (this.#zone && !this.#busy && !(this.faults.once && this.#said)) this.#say(this.#zone);
    this.#scans.emit();
  }

  #say(zone: readonly string[]): void {
    this.#said = true;
    const { spoilNext: spoil, noise, split } = this.faults;
    this.faults.spoilNext = undefined;
    const end = this.#random() < 0.5 ? '\r' : '\r\n';
    const text = (spoil?.(zone) ?? zone).map((line) => line + end).join('');
    const before = Array.from({ length: noise ? MOST_NOISE : 0 }, () => noiseByte(this.#random));
    const bytes = Buffer.concat([Uint8Array.from(before), Buffer.from(text, 'latin1')]);
    const written = (split ? pieces(bytes, this.#random) : [bytes]).map((piece) => this.line.write(piece));
    this.#busy = true;
    // A reader talks on when nobody listens.
    void Promise.allSettled(written).then(() => (this.#busy = false));
  }
}
