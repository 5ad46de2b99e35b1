import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootDir } from '../../src/lib/paths.js';
import { holdCache } from './cache.js';
import { boot } from './machine.js';
import { checkNeeds } from './needs.js';
import { packagesDisk, programDisk } from './program.js';
import { system, type System } from './system.js';
import { Verdict, type Finding } from './verdict.js';

const TIMEOUT_MS = 45 * 60_000;
const GUEST = 'dist/test/hardware/guest';
const LOGS = join(rootDir, '.simkiosk', 'hardware');

export interface HardwareTest {
  /** Parts of paths of the tests to run; all of them when it is empty. */
  readonly filters: readonly string[];
  /** Told as soon as a file of tests has ended. */
  readonly onFinding: (finding: Finding) => void;
  readonly tell: (text: string) => void;
}

/** What all machines of a run have in common. */
interface Parts {
  readonly system: System;
  readonly packages: string;
  /** For what is thrown away afterwards. */
  readonly folder: string;
}

/** The tests by the machine that they run in: those of the package change the system, so they have one of their own. */
async function guestTests(filters: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = (await readdir(join(rootDir, GUEST)))
    .filter((file) => file.endsWith('.guest.js'))
    .map((file) => `${GUEST}/${file}`)
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
  const isOfPackage = (file: string): boolean => file.startsWith(`${GUEST}/package-`);
  const machines = [
    ['devices', files.filter((file) => !isOfPackage(file))],
    ['package', files.filter(isOfPackage)],
  ] as const;
  return new Map(machines.filter(([, tests]) => tests.length > 0));
}

/**
 * Boots the virtual machines, side by side, and runs the tests in them.
 * The consoles go to `.simkiosk/hardware` of the checkout.
 * @throws NeedMissing when this machine lacks something
 */
export async function testHardware({ filters, onFinding, tell }: HardwareTest): Promise<void> {
  checkNeeds();
  const machines = await guestTests(filters);
  if (machines.size === 0) return;
  await mkdir(LOGS, { recursive: true });
  const release = await holdCache(() => tell('waiting for another hardware test to end'));
  const folder = await mkdtemp(join(tmpdir(), 'simkiosk-vm-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const parts = { system: await system(tell), packages: await packagesDisk(), folder };
    const runs = [...machines].map(([name, tests]) => {
      tell(`starting a virtual machine; its console: ${join(LOGS, `${name}.log`)}`);
      return testOn(name, tests, parts, onFinding);
    });
    await Promise.all(runs);
  } finally {
    process.off('exit', remove);
    remove();
    await release();
  }
}

async function testOn(
  name: string,
  tests: readonly string[],
  parts: Parts,
  onFinding: (finding: Finding) => void,
): Promise<void> {
  const folder = join(parts.folder, name);
  await mkdir(folder);
  const program = await programDisk(folder, tests);
  const verdict = new Verdict(tests, onFinding);
  const socket = join(folder, 'verdict.sock');
  await verdict.listen(socket);
  const run = { ...parts, program, folder, console: join(LOGS, `${name}.log`), verdict: socket };
  verdict.conclude(await boot(run, TIMEOUT_MS));
}
