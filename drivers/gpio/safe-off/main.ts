import { readFileSync } from 'node:fs';
import { KioskError } from '../../../src/errors.js';
import { parseSafeOutputs, type SafeOutput } from '../safe-off-file.js';
import { driveSafe } from './drive.js';

/** What `systemd/safe-off` runs where the shell is not enough: every output on record to its safe level. */
const file = process.argv[2] ?? '';

const say = (text: string): void => void process.stderr.write(`safe-off: ${text}\n`);

function fail(text: string): void {
  say(text);
  process.exitCode = 1;
}

function recorded(): SafeOutput[] {
  try {
    return parseSafeOutputs(readFileSync(file, 'utf8'));
  } catch (error) {
    fail(`${file} cannot be read: ${String(error)}`);
    return [];
  }
}

async function drive(output: SafeOutput): Promise<void> {
  const { driver, chip, line, offset, safe } = output;
  const name = `${chip} ${line} (offset ${offset}, ${driver})`;
  try {
    await driveSafe(output);
    say(`${name}: ${safe === 1 ? 'high' : 'low'}`);
  } catch (error) {
    const why = error instanceof KioskError ? `${error.code}: ${error.detail ?? ''}` : String(error);
    fail(`${name}: NOT driven ${safe === 1 ? 'high' : 'low'}, ${why}`);
  }
}

await Promise.all(recorded().map(drive));
