// @ts-check
import { seconds } from './report.mjs';

/** @typedef {import('./run-test-file.mjs').Outcome} Outcome */

/** Adds up what files of tests said; the last line is `N passed, N failed`. */
export class Tally {
  #passed = 0;
  #failed = 0;
  /** @type {string[]} */
  #skips = [];

  /** @type {(name: string, outcome: Outcome, milliseconds: number) => void} */
  add(name, { passed, failed, skips, output }, milliseconds) {
    this.#passed += passed;
    this.#failed += failed;
    this.#skips.push(...skips.map((skip) => `skipped: ${name} > ${skip}`));
    if (failed > 0) console.log(output);
    console.log(
      `${failed > 0 ? 'not ok' : 'ok'} ${name} ${passed} passed, ${failed} failed (${seconds(milliseconds)})`,
    );
  }

  /** Says how it went, and ends the process with it. @type {(filters: readonly string[]) => void} */
  conclude(filters) {
    const [passed, failed, skipped] = [this.#passed, this.#failed, this.#skips.length];
    for (const skip of this.#skips) console.log(skip);
    if (passed + failed === 0)
      console.log(`no test ran${filters.length > 0 ? `: nothing fits ${filters.join(', ')}` : ''}`);
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  }
}
