// @ts-check
// Runs in the virtual machine, as root: the tests that it was given, one after the other.
import { appendFile, readFile } from 'node:fs/promises';
import { runTestFile } from './run-test-file.mjs';

const root = process.cwd();
/** An emulated processor is ten times slower, a hundred times where it computes networks, and more on a busy machine. */
const TIMEOUT_S = 900;
/** The host listens at its other end. */
const VERDICT = '/dev/virtio-ports/simkiosk.verdict';

/** @type {string[]} */
const files = JSON.parse(await readFile('guest-tests.json', 'utf8'));
for (const file of files) {
  console.log(`# ${file}`);
  const started = performance.now();
  const outcome = await runTestFile(root, file, {
    timeoutS: TIMEOUT_S,
    onOutput: (text) => process.stdout.write(text),
  });
  await appendFile(VERDICT, `${JSON.stringify({ file, ...outcome, ms: performance.now() - started })}\n`);
}
