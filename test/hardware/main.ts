import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootDir } from '../../src/lib/paths.js';
import { holdCache } from './cache.js';
import { boot } from './machine.js';
import { checkNeeds } from './needs.js';
import { packagesDisk, programDisk } from './program.js';
import { system } from './system.js';
import { readVerdict, type Finding } from './verdict.js';

const TIMEOUT_MS = 8 * 60_000;
const GUEST = 'dist/test/hardware/guest';

/** The tests that run in the guest, of which the path has one of the filters in it. */
async function guestTests(filters: readonly string[]): Promise<string[]> {
  const files = await readdir(join(rootDir, GUEST));
  return files
    .filter((file) => file.endsWith('.guest.js'))
    .map((file) => `${GUEST}/${file}`)
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
}

/**
 * Boots the virtual machine, runs the tests in it, and brings back what they found.
 * The console goes to `.simkiosk/hardware/console.log` of the checkout.
 * @throws NeedMissing when the machine lacks something
 */
export async function testHardware(filters: readonly string[], tell: (text: string) => void): Promise<Finding[]> {
  checkNeeds();
  const tests = await guestTests(filters);
  if (tests.length === 0) return [];
  const logs = join(rootDir, '.simkiosk', 'hardware');
  await mkdir(logs, { recursive: true });
  const files = { console: join(logs, 'console.log'), verdict: join(logs, 'verdict.jsonl') };
  const release = await holdCache(() => tell('waiting for another hardware test to end'));
  const folder = await mkdtemp(join(tmpdir(), 'simkiosk-vm-'));
  try {
    const parts = {
      system: await system(tell),
      packages: await packagesDisk(),
      program: await programDisk(folder, tests),
    };
    for (const file of Object.values(files)) await rm(file, { force: true });
    tell(`starting the virtual machine; its console: ${files.console}`);
    const inTime = await boot({ ...parts, ...files, folder }, TIMEOUT_MS);
    const ending = inTime
      ? 'the virtual machine stopped'
      : `the virtual machine did not end within ${TIMEOUT_MS / 1000} s`;
    return readVerdict(await readFile(files.verdict, 'utf8').catch(() => ''), tests, ending);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await release();
  }
}
