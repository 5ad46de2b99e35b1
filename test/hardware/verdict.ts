import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { withResolvers } from '../../src/lib/with-resolvers.js';

/** What one file of tests said in the guest. */
export interface Finding {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly string[];
  readonly output: string;
  readonly ms: number;
}

/** Hears what the guest found, one finding a line, from a QEMU that connects to the socket. */
export class Verdict {
  readonly #missing: Set<string>;
  readonly #server = createServer((socket) => {
    createInterface({ input: socket }).on('line', (line) => this.#take(line));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#server.close());
  });

  /** @param tests what the guest was asked to run */
  constructor(
    tests: readonly string[],
    private readonly onFinding: (finding: Finding) => void,
  ) {
    this.#missing = new Set(tests);
  }

  async listen(path: string): Promise<void> {
    const { promise, resolve, reject } = withResolvers<undefined>();
    this.#server.once('error', reject).listen(path, () => resolve(undefined));
    await promise;
  }

  /** Once the machine is off: a test of which nothing was heard has failed. */
  conclude(ending: string): void {
    this.#server.close();
    for (const file of this.#missing) {
      this.onFinding({
        file,
        passed: 0,
        failed: 1,
        skips: [],
        output: `no verdict: ${ending} before it came\n`,
        ms: 0,
      });
    }
  }

  #take(line: string): void {
    let finding: Finding;
    try {
      finding = JSON.parse(line) as Finding;
    } catch {
      // The last line is cut when the machine died while it was written: then the verdict is missing.
      return;
    }
    if (this.#missing.delete(finding.file)) this.onFinding(finding);
  }
}
