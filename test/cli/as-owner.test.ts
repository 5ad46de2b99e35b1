import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { virtualConfig } from '../../src/cli/virtual-config.js';
import { listenForTechnicians } from '../../src/kiosk/control-socket.js';
import { Command } from '../support/process.js';
import { CARRIER_KEY, CARRIER_SIGNING_KEY } from '../support/signed.js';

const SERVICE = 65_534;
const skip =
  process.geteuid?.() !== 0
    ? 'only root can take another user’s rights'
    : spawnSync('setpriv', ['--version']).error
      ? 'setpriv is not installed'
      : false;

/** A state directory that belongs to the service, as installed, and beside it the configuration. */
async function ofService(t: Test): Promise<{ readonly folder: string; readonly dir: string; readonly file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'owner-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o755);
  const dir = join(folder, 'state');
  await mkdir(dir, { mode: 0o700 });
  await chown(dir, SERVICE, SERVICE);
  const keys = { carrierKey: CARRIER_KEY, carrierSigningKey: CARRIER_SIGNING_KEY };
  const config = virtualConfig({ pace: 'fast', brokerUrl: 'mqtt://127.0.0.1:1', ...keys, emulator: dir });
  const file = join(folder, 'kiosk.json');
  const sockets = { control: join(folder, 'control.sock') };
  await writeFile(file, JSON.stringify({ ...config, stateDir: dir, sockets, signingKey: join(dir, 'key.json') }));
  return { folder, dir, file };
}

test('what root does with a stopped kiosk leaves no file that its service cannot use', { skip }, async (t) => {
  const { dir, file } = await ofService(t);
  const ask = async (...args: readonly string[]): Promise<Command> => {
    const command = new Command([...args, '--json', '--config', file]);
    await command.exited;
    return command;
  };
  t.match((await ask('status')).json(), { state: 'stopped' });
  t.match((await ask('maintenance', 'on')).json(), { maintenance: true });
  t.match((await ask('doctor')).json(), {
    checks: [
      { name: 'configuration', ok: true },
      { name: 'disk', ok: true },
    ],
  });
  const made = await readdir(dir);
  t.ok(made.includes('journal.db'));
  for (const name of made) t.equal((await stat(join(dir, name))).uid, SERVICE, name);
});

test('root loads cards into a stopped kiosk from a file that is for root alone', { skip }, async (t) => {
  const { folder, file } = await ofService(t);
  const batch = join(folder, 'batch.txt');
  await writeFile(batch, '8986011234567890123\n', { mode: 0o600 });
  const command = new Command(['stock', 'load', batch, '--json', '--config', file]);
  t.equal(await command.exited, 0, command.stderr);
  t.match(command.json(), { added: 1, inStack: 1 });
});

/** An account that is neither the service nor root, and that no table names. */
const TECHNICIAN = 54_321;
const prefix = ['setpriv', `--reuid=${TECHNICIAN}`, `--regid=${TECHNICIAN}`, '--clear-groups'];

test('a technician is not told that the disk fails where only their account may not look', { skip }, async (t) => {
  const { folder, file } = await ofService(t);
  const ask = async (...args: readonly string[]): Promise<Command> => {
    const command = new Command([...args, '--json', '--config', file], { prefix });
    await command.exited;
    return command;
  };
  for (const args of [['status'], ['doctor']]) t.match((await ask(...args)).json(), { error: 'control.offline' });

  const status = { state: 'out-of-service', faults: ['dispenser.media-jam'], messages: {} };
  const service = await listenForTechnicians(
    join(folder, 'control.sock'),
    (_ask, by) => Promise.resolve({ ...status, by }),
    (error) => t.fail(String(error)),
  );
  t.teardown(() => service.close());
  await chmod(join(folder, 'control.sock'), 0o666);
  t.match((await ask('status')).json(), { ...status, by: process.env['SUDO_USER'] ?? `user ${TECHNICIAN}` });
  const { checks } = (await ask('doctor')).json() as {
    checks: readonly { name: string; ok: boolean; code?: string }[];
  };
  t.same(
    checks.filter(({ ok }) => !ok).map(({ name, code }) => [name, code]),
    [
      ['service', 'dispenser.media-jam'],
      ['broker', 'fleet.broker-unreachable'],
    ],
  );
});
