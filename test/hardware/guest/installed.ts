import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import { virtualConfig } from '../../../src/cli/virtual-config.js';
import { installed, statePaths } from '../../../src/config/paths.js';
import { CARRIER_KEY, CARRIER_SIGNING_KEY } from '../../support/signed.js';
import { clipIn, prepareSlowKiosk, slowConfig } from './slow-kiosk.js';

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

/** The newest lines of the services' log, for whoever must find out why something failed. */
const lastWords = (): Promise<string> =>
  attempt('journalctl', '-n', '60', '-o', 'short-monotonic', ...UNITS.flatMap((unit) => ['-u', unit]));

/** @throws with the last words of the services when it fails */
export async function systemctl(...args: readonly string[]): Promise<string> {
  try {
    return await run('systemctl', ...args);
  } catch (error) {
    throw new Error(await lastWords(), { cause: error });
  }
}

export const property = (unit: string, name: string): Promise<string> =>
  systemctl('show', '--value', '--property', name, unit);

async function packageIn(folder: string): Promise<string> {
  const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.deb'));
  return join(process.cwd(), folder, name);
}

/** The package that `npm run package` builds. */
export const packageFile = (): Promise<string> => packageIn('dist/package');

/** The same, as if it were of a later version. */
export const laterPackageFile = (): Promise<string> => packageIn('dist/package/later');

/** As the README says, but for waiting until every file is on the disk; the machine has no network. */
export async function install(file: string): Promise<string> {
  return run('apt-get', '-o', 'DPkg::Options::=--force-unsafe-io', 'install', '--yes', '--allow-downgrades', file);
}

/** Nothing here takes longer, on an emulated processor that computes networks many times slower. */
const PATIENCE_MS = 800_000;

/** Resolves with the first line of a unit's log that fits, from `since` on; rejects with what it said instead. */
export function said(unit: string, pattern: RegExp, since: string): Promise<string> {
  const follow = spawn('journalctl', ['-f', '-n', 'all', '-o', 'cat', '-u', unit, '--since', since], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      follow.kill();
      const never = `${unit} never said ${String(pattern)}, but:\n${lines.slice(-40).join('\n')}\n`;
      lastWords().then((words) => reject(new Error(never + words)), reject);
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

const PHOTO = '/usr/lib/simkiosk/models/cast/person-1.jpg';
/** Not in the state directory: what lies there is the service's own. */
const FOLDER = '/srv/customers';
const CAST = join(FOLDER, 'cast.json');

/** Somebody who buys. */
async function prepare(): Promise<void> {
  if (existsSync(FOLDER)) return;
  await prepareSlowKiosk(FOLDER, '/usr/lib/simkiosk/models', PHOTO);
  const document = { name: '王小明', number: '110101199004120025', photo: PHOTO };
  await writeFile(CAST, JSON.stringify({ visitors: [{ document, clip: clipIn(FOLDER) }] }));
}

const dropIns = (unit: string): string => `/etc/systemd/system/${unit}.d`;

/** What lets the kiosk see faces, with the patience that an emulated processor needs. */
export const faces = (): { readonly face: object } => ({ face: slowConfig(FOLDER).face });

/** Without networks: to load them takes an emulated processor longer than all the rest of a start. */
const FACELESS = { face: { models: '/srv/nowhere' } };

/** Puts this configuration in place, with the patience that an emulated processor needs. */
async function configure(config: object): Promise<void> {
  await prepare();
  await writeFile(installed.config, JSON.stringify({ ...slowConfig(FOLDER), ...config }));
  for (const unit of UNITS) {
    await mkdir(dropIns(unit), { recursive: true });
    await writeFile(join(dropIns(unit), 'slow.conf'), '[Service]\nTimeoutStartSec=600\nTimeoutStopSec=60\n');
  }
  await systemctl('daemon-reload');
}

/** A kiosk whose devices an emulator would bring; without one it is out of service. */
function forsaken(): object {
  const emulator = statePaths(installed.stateDir).emulator;
  const keys = { carrierKey: CARRIER_KEY, carrierSigningKey: CARRIER_SIGNING_KEY };
  const brokerUrl = 'mqtt://127.0.0.1:1883';
  const config = virtualConfig({ pace: 'real', brokerUrl, ...keys, emulator, installed: true });
  return { ...config, batchFile: undefined, ...FACELESS };
}

/** When the test fails, it says what the services said. */
export function explained(t: Test): void {
  t.teardown(async () => {
    if (!t.passing()) t.comment(await lastWords());
  });
}

/** Installed, configured and running, whatever was there before; {@link explained}. */
export async function running(t: Test): Promise<void> {
  explained(t);
  if (!existsSync('/usr/bin/simkiosk')) await install(await packageFile());
  if (!existsSync(installed.config)) await configure(forsaken());
  await systemctl('start', ...UNITS);
}

const EMULATOR = 'simkiosk-emulator.service';

/** Brings the world around the kiosk up, with one customer, and resolves when a card is sold and the world is gone again. */
export async function sellOne(): Promise<void> {
  await prepare();
  const since = now();
  // Turned away while the networks still load, the customer comes again.
  const options = ['--state', installed.stateDir, '--installed', '--cast', CAST, '--repeat'];
  const command = ['/usr/bin/simkiosk', 'emulate', ...options];
  await run('systemd-run', `--unit=${EMULATOR}`, '--uid=simkiosk', ...command);
  await said(EMULATOR, /"msg":"ready"/, since);
  const written = await readFile(join(installed.stateDir, 'kiosk.json'), 'utf8');
  await configure({ ...(JSON.parse(written) as object), ...slowConfig(FOLDER) });
  await systemctl('restart', ...UNITS);
  await said(EMULATOR, /"outcome":"sold"/, since);
  await systemctl('stop', EMULATOR);
}

/** From the next start on no networks are loaded. */
export async function withoutFaces(): Promise<void> {
  const config = JSON.parse(await readFile(installed.config, 'utf8')) as object;
  await writeFile(installed.config, JSON.stringify({ ...config, ...FACELESS }));
}

/** Changes the configuration until the end of the test and, from the examples, adds a drop-in: for the next start. */
export async function reconfigured(t: Test, changes: object, dropIn?: string): Promise<void> {
  const before = await readFile(installed.config, 'utf8');
  t.teardown(() => writeFile(installed.config, before));
  await writeFile(installed.config, JSON.stringify({ ...(JSON.parse(before) as object), ...changes }));
  if (dropIn === undefined) return;
  const file = join(dropIns(UNITS[0]), dropIn);
  t.teardown(async () => {
    await rm(file);
    await systemctl('daemon-reload');
  });
  await copyFile(join('/usr/share/doc/simkiosk/examples', dropIn), file);
  await systemctl('daemon-reload');
}
