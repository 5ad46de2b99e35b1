// @ts-check
import { filesBelow } from './files.mjs';
import { seconds } from './report.mjs';
import { orExplain, rootDir, setUp } from './setup.mjs';

const JOBS = 2;

/** `test/transaction`, `test/x.test.ts`, `dist/test/x.test.js` or any part of a path. @type {(text: string) => string} */
const plain = (text) =>
  text
    .replace(/^\.\//, '')
    .replace(/^dist\//, '')
    .replace(/\.[jt]s$/, '');

await orExplain(() => setUp());
// Only now are the packages there that this needs.
const { killAll, runTestFile } = await import('./run-test-file.mjs');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    killAll();
    process.exit(130);
  });
}

const filters = process.argv.slice(2).map(plain);
const compiled = (await filesBelow(rootDir, 'dist/test')).filter((file) => file.endsWith('.test.js'));
// The set-up is plain JavaScript, since it runs before there is a compiler; so are its tests.
const written = (await filesBelow(rootDir, 'test')).filter((file) => file.endsWith('.test.mjs'));
const queue = [...compiled, ...written].filter(
  (file) => filters.length === 0 || filters.some((filter) => plain(file).includes(filter)),
);

let passed = 0;
let failed = 0;
/** @type {string[]} */
const skips = [];

async function work() {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const started = performance.now();
    const outcome = await runTestFile(rootDir, file);
    passed += outcome.passed;
    failed += outcome.failed;
    const name = `${plain(file)}${file.endsWith('.mjs') ? '' : '.ts'}`;
    skips.push(...outcome.skips.map((skip) => `skipped: ${name} > ${skip}`));
    if (outcome.failed > 0) console.log(outcome.output);
    const took = seconds(performance.now() - started);
    console.log(
      `${outcome.failed > 0 ? 'not ok' : 'ok'} ${name} ${outcome.passed} passed, ${outcome.failed} failed (${took})`,
    );
  }
}

await Promise.all(Array.from({ length: JOBS }, work));
for (const skip of skips) console.log(skip);
if (passed + failed === 0)
  console.log(`no test ran${filters.length > 0 ? `: nothing fits ${filters.join(', ')}` : ''}`);
console.log(`${passed} passed, ${failed} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
