import type { OutputRequest } from '../../src/contracts/gpio.js';
import type { OpenChip } from './open-chip.js';
import type { SafeOffFile, SafeOutput } from './safe-off-file.js';

/** The outputs that this program holds, on record before they are. */
export class SafeOutputs {
  readonly #file: SafeOffFile | undefined;
  #recorded: ReadonlyMap<string, SafeOutput> = new Map();

  constructor(file: SafeOffFile | undefined) {
    this.#file = file;
  }

  /** Writes the outputs down, then requests them; those refused are another's and not left on record. */
  async around(requests: readonly OutputRequest[], chip: OpenChip, request: () => Promise<void>): Promise<void> {
    const before = this.#recorded;
    const asked = requests.map((output) => [output.line, chip.place(output)] as const);
    await this.#write(new Map([...before, ...asked]));
    try {
      await request();
    } catch (error) {
      await this.#write(before);
      throw error;
    }
  }

  async #write(outputs: ReadonlyMap<string, SafeOutput>): Promise<void> {
    if (this.#file) await this.#file.write([...outputs.values()]);
    this.#recorded = outputs;
  }
}
