// @ts-check
import { spawn } from 'node:child_process';
import { Parser } from 'tap-parser';

/** `tap` gives a file up after this long, unless the file sets its own; it is killed with all it started after twice as long. */
const TIMEOUT_S = 120;

/**
 * What one file of tests said. `output` is everything it printed.
 * @typedef {{ passed: number, failed: number, skips: string[], output: string }} Outcome
 */

/** Process groups of the files that run now. @type {Set<number>} */
const groups = new Set();

/** Ends what still runs. @type {() => void} */
export const killAll = () => groups.forEach(killGroup);

/** @type {(group: number) => void} */
function killGroup(group) {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * Counts assertions; the line that closes a group of them is none.
 * @type {(parser: Parser, outcome: Outcome) => void}
 */
function count(parser, outcome) {
  parser.on('child', (child) => count(child, outcome));
  parser.on('assert', (result) => {
    if (result.skip || result.todo) {
      const reason = [result.skip, result.todo].find((text) => typeof text === 'string');
      outcome.skips.push(`${result.fullname || result.name}${reason ? `: ${reason}` : ''}`);
    } else if (!result.closingTestPoint) {
      outcome[result.ok ? 'passed' : 'failed'] += 1;
    }
  });
}

/**
 * Runs a file of tests as the plain Node program it is, so that nothing but the product is loaded, measured and timed.
 * @param {string} root
 * @param {string} file path relative to root
 * @param {{ timeoutS?: number, onOutput?: (text: string) => void }} [options]
 * @returns {Promise<Outcome>}
 */
export async function runTestFile(root, file, { timeoutS = TIMEOUT_S, onOutput = () => undefined } = {}) {
  /** @type {Outcome} */
  const outcome = { passed: 0, failed: 0, skips: [], output: '' };
  const parser = new Parser();
  count(parser, outcome);
  const complete = new Promise((resolve) => parser.on('complete', resolve));
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    cwd: root,
    env: { ...process.env, TAP_TIMEOUT: String(timeoutS) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const group = child.pid ?? 0;
  groups.add(group);
  const timer = setTimeout(() => killGroup(group), timeoutS * 2_000);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      outcome.output += chunk;
      onOutput(String(chunk));
    });
  }
  child.stdout.pipe(parser);
  // Whatever a test left running would keep the pipes open, and the machine busy.
  child.on('exit', () => killGroup(group));
  const [code, signal] = await new Promise((resolve, reject) =>
    child.on('error', reject).on('close', (...end) => resolve(end)),
  );
  clearTimeout(timer);
  groups.delete(group);
  const { ok, bailout } = /** @type {import('tap-parser').FinalResults} */ (await complete);
  const nothing = outcome.passed + outcome.failed + outcome.skips.length === 0;
  if ((code !== 0 || !ok || bailout || nothing) && outcome.failed === 0) {
    outcome.failed = 1;
    outcome.output += `\n${file} ended with ${signal ?? `exit code ${code}`}${nothing ? ' and no test' : ''}\n`;
  }
  return outcome;
}
