import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootDir } from '../../src/lib/paths.js';
import { holdCache } from './cache.js';
import { boot } from './machine.js';
import { checkNeeds } from './needs.js';
import { packagesDisk, programDisk } from './program.js';
import { system } from './system.js';
import { Verdict, type Finding } from './verdict.js';

const TIMEOUT_MS = 9 * 60_000;
const GUEST = 'dist/test/hardware/guest';

export interface HardwareTest {
  /** Parts of paths of the tests to run; all of them when it is empty. */
  readonly filters: readonly string[];
  /** Told as soon as a file of tests has ended. */
  readonly onFinding: (finding: Finding) => void;
  readonly tell: (text: string) => void;
}

/** The tests that run in the guest. */
async function guestTests(filters: readonly string[]): Promise<string[]> {
  const files = await readdir(join(rootDir, GUEST));
  return files
    .filter((file) => file.endsWith('.guest.js'))
    .map((file) => `${GUEST}/${file}`)
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
}

/**
 * Boots the virtual machine and runs the tests in it.
 * The console goes to `.simkiosk/hardware/console.log` of the checkout.
 * @throws NeedMissing when the machine lacks something
 */
export async function testHardware({ filters, onFinding, tell }: HardwareTest): Promise<void> {
  checkNeeds();
  const tests = await guestTests(filters);
  if (tests.length === 0) return;
  const logs = join(rootDir, '.simkiosk', 'hardware');
  await mkdir(logs, { recursive: true });
  const console = join(logs, 'console.log');
  const release = await holdCache(() => tell('waiting for another hardware test to end'));
  const folder = await mkdtemp(join(tmpdir(), 'simkiosk-vm-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const parts = {
      system: await system(tell),
      packages: await packagesDisk(),
      program: await programDisk(folder, tests),
    };
    const verdict = new Verdict(tests, onFinding);
    const socket = join(folder, 'verdict.sock');
    await verdict.listen(socket);
    tell(`starting the virtual machine; its console: ${console}`);
    const inTime = await boot({ ...parts, console, verdict: socket, folder }, TIMEOUT_MS);
    verdict.conclude(inTime ? 'the machine stopped' : `${TIMEOUT_MS / 1_000} s were over`);
  } finally {
    process.off('exit', remove);
    remove();
    await release();
  }
}
