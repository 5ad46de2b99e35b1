import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import { installed } from '../../../src/config/paths.js';

const execute = promisify(execFile);

export const UNITS = ['simkiosk.service', 'simkiosk-link.service'] as const;
export const JOURNAL = join(installed.stateDir, 'journal.db');

/** @returns what it said on stdout @throws when it ends with another code than 0; the message has what it said */
export async function run(command: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { stdout } = await execute(command, args, { env, maxBuffer: 1 << 24 });
  return stdout.trim();
}

/** What it says on either stream, however it ends. */
export async function attempt(command: string, ...args: readonly string[]): Promise<string> {
  try {
    return await run(command, ...args);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return (stdout + stderr).trim();
  }
}

export const systemctl = (...args: readonly string[]): Promise<string> => run('systemctl', ...args);

export const property = (unit: string, name: string): Promise<string> =>
  systemctl('show', '--value', '--property', name, unit);

/** The package that `npm run package` built. */
export async function packageFile(): Promise<string> {
  const [name = ''] = (await readdir('dist/package')).filter((file) => file.endsWith('.deb'));
  return join(process.cwd(), 'dist/package', name);
}

/** As the README says, but for waiting until every file is on the disk; the machine has no network. */
export async function install(file: string): Promise<string> {
  return run('apt-get', '-o', 'DPkg::Options::=--force-unsafe-io', 'install', '--yes', '--allow-downgrades', file);
}

/** Nothing here takes longer, on an emulated processor that other programs slow down. */
const PATIENCE_MS = 100_000;

/** Resolves with the first line of a unit's log that fits, from `since` on; rejects with what it said instead. */
export function said(unit: string, pattern: RegExp, since: string): Promise<string> {
  const follow = spawn('journalctl', ['-f', '-n', 'all', '-o', 'cat', '-u', unit, '--since', since], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      follow.kill();
      reject(new Error(`${unit} never said ${String(pattern)}, but:\n${lines.slice(-40).join('\n')}`));
    }, PATIENCE_MS);
    createInterface({ input: follow.stdout }).on('line', (line) => {
      lines.push(line);
      if (!pattern.test(line)) return;
      clearTimeout(timer);
      follow.kill();
      resolve(line);
    });
  });
}

/** For `said`: only what is logged from now on. */
export const now = (): string => `@${(Date.now() / 1000).toFixed(3)}`;

const EMULATOR = 'simkiosk-emulator.service';

/** The world around the kiosk as a service of its own, and its configuration for the installed kiosk. */
export async function startEmulator(): Promise<void> {
  const cast = join(installed.stateDir, 'cast.json');
  await writeFile(cast, JSON.stringify(CAST));
  const since = now();
  const command = ['/usr/bin/simkiosk', 'emulate', '--state', installed.stateDir, '--installed'];
  command.push('--repeat', '--pace', 'fast', '--cast', cast);
  await run('systemd-run', `--unit=${EMULATOR}`, '--uid=simkiosk', ...command);
  await said(EMULATOR, /"msg":"ready"/, since);
  const written = join(installed.stateDir, 'kiosk.json');
  const config = JSON.parse(await readFile(written, 'utf8')) as object;
  await copyFile(written, installed.config);
  // An emulated processor is ten times slower.
  const patient = { deadlinesMs: DEADLINES, face: { captureMs: 40_000 } };
  await writeFile(installed.config, JSON.stringify({ ...config, ...patient }));
}

const PHOTO = '/usr/lib/simkiosk/models/cast/person-1.jpg';

/** One who always buys. */
const CAST = {
  cards: 200,
  visitors: [{ document: { name: '王小明', number: '110101199004120025', photo: PHOTO }, faces: [PHOTO] }],
};

const DEADLINES = {
  ...{ consent: 60_000, reading: 45_000, checking: 60_000, capturing: 60_000, verifying: 60_000 },
  ...{ authorising: 60_000, binding: 60_000, presented: 30_000 },
};

/** Resolves when the emulator's next customer has bought a card. */
export const sale = (since: string): Promise<string> => said(EMULATOR, /"outcome":"sold"/, since);

export const stopEmulator = (): Promise<string> => systemctl('stop', EMULATOR);

/** Installed, configured for the emulator and running, whatever was there before. */
export async function running(): Promise<void> {
  if (!existsSync('/usr/bin/simkiosk')) await install(await packageFile());
  if ((await attempt('systemctl', 'is-active', EMULATOR)) !== 'active') await startEmulator();
  await systemctl('start', ...UNITS);
}

/** The service with changes to its configuration and, from the examples, a drop-in; as before at the end of the test. */
export async function reconfigured(t: Test, changes: object, dropIn?: string): Promise<void> {
  const [unit] = UNITS;
  const folder = `/etc/systemd/system/${unit}.d`;
  const before = await readFile(installed.config, 'utf8');
  t.teardown(async () => {
    await writeFile(installed.config, before);
    await rm(folder, { recursive: true, force: true });
    await systemctl('daemon-reload');
    await systemctl('restart', unit);
  });
  await writeFile(installed.config, JSON.stringify({ ...(JSON.parse(before) as object), ...changes }));
  if (dropIn !== undefined) {
    await mkdir(folder, { recursive: true });
    await copyFile(join('/usr/share/doc/simkiosk/examples', dropIn), join(folder, dropIn));
    await systemctl('daemon-reload');
  }
  await systemctl('restart', unit);
}
