import { withResolvers } from '../../src/lib/with-resolvers.js';
import type { OpenChip } from './open-chip.js';

/** A request for lines: kept for as long as the driver lives, made again on every opening of the chip. */
export class Claim {
  readonly #request: (chip: OpenChip) => Promise<void>;
  readonly #settlement = withResolvers<undefined>();
  #madeOn: OpenChip | undefined;
  #granted = false;

  constructor(request: (chip: OpenChip) => Promise<void>) {
    this.#request = request;
  }

  /** Resolves when the lines are held for the first time; rejects when they are refused before. */
  get settled(): Promise<undefined> {
    return this.#settlement.promise;
  }

  /** Whether the lines were held at some time. */
  get granted(): boolean {
    return this.#granted;
  }

  isMadeOn(chip: OpenChip): boolean {
    return this.#madeOn === chip;
  }

  /** Once on every chip. */
  async make(chip: OpenChip): Promise<void> {
    if (this.isMadeOn(chip)) return;
    await this.#request(chip);
    this.#madeOn = chip;
  }

  grant(): void {
    this.#granted = true;
    this.#settlement.resolve(undefined);
  }

  refuse(error: unknown): void {
    this.#settlement.reject(error);
  }
}
