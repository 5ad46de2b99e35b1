// @ts-check
import { makePackage } from './package.mjs';
import { createReport } from './report.mjs';
import { orExplain, setUp } from './setup.mjs';
import { Tally } from './tally.mjs';

/** What the virtual machine is started with, once it is built. */
const hardwareUrl = new URL('../../dist/test/hardware/main.js', import.meta.url);

/** Adds what the tests in the virtual machine find. @type {(tally: Tally, filters: readonly string[]) => Promise<void>} */
export async function addHardware(tally, filters) {
  // The machine installs it.
  await makePackage(createReport());
  const { testHardware } = await import(hardwareUrl.href);
  await testHardware({
    filters,
    tell: (/** @type {string} */ text) => console.log(`hardware test: ${text}`),
    onFinding: (/** @type {import('./run-test-file.mjs').Outcome & { file: string, ms: number }} */ finding) =>
      tally.add(finding.file.replace(/^dist\//, '').replace(/\.js$/, '.ts'), finding, finding.ms),
  });
}

const filters = process.argv.slice(2);
const tally = new Tally();
await orExplain(() => setUp());
await orExplain(() => addHardware(tally, filters));
tally.conclude(filters);
