import { readWorld, writeWorld, type Place, type PlacedCard } from './world-file.js';

/** The cards in and around the dispenser. With a file they stay where they are when the emulator starts again. */
export class Cards {
  readonly #file: string | undefined;
  #cards: readonly PlacedCard[];

  /** @param iccids what lies in the stack, the next card first; ignored when the file exists */
  constructor(iccids: readonly string[], file: string | undefined) {
    this.#file = file;
    const world = file === undefined ? undefined : readWorld(file);
    this.#cards = world?.cards ?? [];
    if (!world) this.add(iccids);
  }

  get all(): readonly PlacedCard[] {
    return this.#cards;
  }

  /** The next card there, in the order of the list. */
  first(at: Place): string | undefined {
    return this.#cards.find((card) => card.at === at)?.iccid;
  }

  count(at: Place): number {
    return this.#cards.filter((card) => card.at === at).length;
  }

  /** On disk before anybody can know. */
  move(iccid: string, to: Place): void {
    this.#keep(this.#cards.map((card) => (card.iccid === iccid ? { iccid, at: to } : card)));
  }

  /** Below the cards that are still in the stack. @throws RangeError when there is such a card already */
  add(iccids: readonly string[]): void {
    const cards = [...this.#cards, ...iccids.map((iccid): PlacedCard => ({ iccid, at: 'stack' }))];
    if (new Set(cards.map(({ iccid }) => iccid)).size < cards.length) throw new RangeError('a card exists once');
    this.#keep(cards);
  }

  /** @returns the cards that lay there and are now out of this world */
  remove(at: Place): readonly string[] {
    const removed = this.#cards.filter((card) => card.at === at);
    this.#keep(this.#cards.filter((card) => card.at !== at));
    return removed.map(({ iccid }) => iccid);
  }

  #keep(cards: readonly PlacedCard[]): void {
    if (this.#file !== undefined) writeWorld(this.#file, cards);
    this.#cards = cards;
  }
}
