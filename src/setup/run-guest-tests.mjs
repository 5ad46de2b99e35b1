// @ts-check
// Runs in the virtual machine, as root: the tests that it was given, one after the other.
import { appendFile, readFile } from 'node:fs/promises';
import { runTestFile } from './run-test-file.mjs';

const root = process.cwd();
/** The host's end of it is a file. */
const VERDICT = '/dev/virtio-ports/simkiosk.verdict';

/** @type {string[]} */
const files = JSON.parse(await readFile('guest-tests.json', 'utf8'));
for (const file of files) {
  console.log(`# ${file}`);
  const started = performance.now();
  const outcome = await runTestFile(root, file);
  console.log(outcome.output);
  await appendFile(VERDICT, `${JSON.stringify({ file, ...outcome, ms: performance.now() - started })}\n`);
}
