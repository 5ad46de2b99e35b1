// @ts-check
import { dirname, join } from 'node:path';
import { buildPackage, makePackage } from './package.mjs';
import { createReport } from './report.mjs';
import { isMain, orExplain, rootDir, setUp } from './setup.mjs';
import { Tally } from './tally.mjs';

/** What the virtual machine is started with, once it is built. */
const hardwareUrl = new URL('../../dist/test/hardware/main.js', import.meta.url);

/**
 * Adds what the tests in the virtual machine find; a machine that cannot be started is a failure like any other.
 * @type {(tally: Tally, filters: readonly string[]) => Promise<void>}
 */
export async function addHardware(tally, filters) {
  const { testHardware } = await import(hardwareUrl.href);
  const started = performance.now();
  try {
    // The machine installs the one, and the other as its upgrade.
    const file = await makePackage(createReport());
    await buildPackage(rootDir, join(dirname(file), 'later'), '99.0.0');
    await testHardware({
      filters,
      tell: (/** @type {string} */ text) => console.log(`hardware test: ${text}`),
      onFinding(/** @type {import('./run-test-file.mjs').Outcome & { file: string, ms: number }} */ finding) {
        for (const [used] of finding.output.matchAll(/in use: .*/g)) console.log(used);
        tally.add(finding.file.replace(/^dist\//, '').replace(/\.js$/, '.ts'), finding, finding.ms);
      },
    });
  } catch (error) {
    const output = error instanceof Error ? error.message : String(error);
    tally.add('test/hardware', { passed: 0, failed: 1, skips: [], output }, performance.now() - started);
  }
}

if (isMain(import.meta.url)) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
  const filters = process.argv.slice(2);
  const tally = new Tally();
  await orExplain(() => setUp());
  await addHardware(tally, filters);
  tally.conclude(filters);
}
