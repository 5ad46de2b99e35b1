import { Listeners } from '../lib/listeners.js';

export type Place = 'stack' | 'transport' | 'exit' | 'retained' | 'taken';
export type Motor = 'feed' | 'present' | 'retain';
export type SensorName = 'transport' | 'exit';

/** What was done to a card. */
export interface Move {
  readonly iccid: string;
  readonly from: Place;
  readonly to: Place;
  readonly by: 'motor' | 'hand';
}

/** The dispenser's cards as they really lie, whatever its sensors say. It outlives every program. */
export class Machine {
  readonly #at = new Map<string, Place>();
  readonly #piles: Readonly<Record<Exclude<Place, 'taken'>, string[]>> = {
    stack: [],
    transport: [],
    exit: [],
    retained: [],
  };
  readonly #moved = new Listeners<[Move]>();
  readonly #changed = new Listeners();
  /** Sensors that say something else than what is there. */
  readonly #lies = new Map<SensorName, boolean>();
  /** A sensor has lied since the last visit began: what was concluded from it is nobody's mistake. */
  hasLied = false;
  /** Two cards were fed at once since the last visit began: the drop of one cannot be told from that of the other. */
  hasDoubled = false;
  running: Motor | undefined;

  /** Nothing moves until a hand frees it. */
  stuck = false;
  /** The scanner reads nothing until somebody cleans it. */
  isDirty = false;

  place(iccid: string): Place | undefined {
    return this.#at.get(iccid);
  }

  count(place: Exclude<Place, 'taken'>): number {
    return this.#piles[place].length;
  }

  first(place: Exclude<Place, 'taken'>): string | undefined {
    return this.#piles[place][0];
  }

  onMoved(listener: (move: Move) => void): void {
    this.#moved.add(listener);
  }

  /** After every change of what the sensors say. */
  onSensors(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  sees(sensor: SensorName): boolean {
    return this.#lies.get(sensor) ?? this.#piles[sensor].length > 0;
  }

  lie(sensor: SensorName, says: boolean): void {
    this.#lies.set(sensor, says);
    this.hasLied = true;
    this.#changed.emit();
  }

  /** The next visit begins: what still lies goes on doing so. */
  forgive(): void {
    this.hasLied = this.#lies.size > 0;
    this.hasDoubled = false;
  }

  speakTruth(sensor: SensorName): void {
    if (this.#lies.delete(sensor)) this.#changed.emit();
  }

  load(iccids: readonly string[]): void {
    for (const iccid of iccids) this.#at.set(iccid, 'stack');
    this.#piles.stack.push(...iccids);
    this.#changed.emit();
  }

  /** @returns the cards that a hand takes out of the stack, the next one first */
  unload(): readonly string[] {
    const iccids = this.#piles.stack.splice(0);
    for (const iccid of iccids) this.#at.delete(iccid);
    this.#changed.emit();
    return iccids;
  }

  /** A bin that is emptied, and cards that are long gone, are of no use to a simulation. */
  forget(iccid: string): void {
    this.#at.delete(iccid);
    const bin = this.#piles.retained.indexOf(iccid);
    if (bin >= 0) this.#piles.retained.splice(bin, 1);
  }

  /** @returns whether a card moved */
  carry(from: 'stack' | 'transport' | 'exit', to: Place, by: Move['by']): boolean {
    const iccid = this.#piles[from].shift();
    if (iccid === undefined) return false;
    this.#at.set(iccid, to);
    if (to !== 'taken') this.#piles[to].push(iccid);
    this.#moved.emit({ iccid, from, to, by });
    this.#changed.emit();
    return true;
  }
}
