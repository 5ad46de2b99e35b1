// @ts-check
import { filesBelow } from './files.mjs';
import { orExplain, rootDir, setUp } from './setup.mjs';
import { Tally } from './tally.mjs';
import { addHardware } from './test-hardware.mjs';

const JOBS = 2;
/** Afterwards the tests in the virtual machine too; together they have one last line. */
const WITH_HARDWARE = '--hardware';

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

const given = process.argv.slice(2);
const filters = given.filter((text) => text !== WITH_HARDWARE).map(plain);
const compiled = (await filesBelow(rootDir, 'dist/test')).filter((file) => file.endsWith('.test.js'));
// The set-up is plain JavaScript, since it runs before there is a compiler; so are its tests.
const written = (await filesBelow(rootDir, 'test')).filter((file) => file.endsWith('.test.mjs'));
const queue = [...compiled, ...written].filter(
  (file) => filters.length === 0 || filters.some((filter) => plain(file).includes(filter)),
);

const tally = new Tally();

async function work() {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const started = performance.now();
    const outcome = await runTestFile(rootDir, file);
    tally.add(`${plain(file)}${file.endsWith('.mjs') ? '' : '.ts'}`, outcome, performance.now() - started);
  }
}

await Promise.all(Array.from({ length: JOBS }, work));
if (given.includes(WITH_HARDWARE)) await addHardware(tally, filters);
tally.conclude(filters);
