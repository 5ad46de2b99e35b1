import { spawnSync } from 'node:child_process';
import { chown, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'tap';
import { virtualConfig } from '../../src/cli/virtual-config.js';
import { Command } from '../support/process.js';
import { CARRIER_KEY, CARRIER_SIGNING_KEY } from '../support/signed.js';

const SERVICE = 65_534;
const skip =
  process.geteuid?.() !== 0
    ? 'only root can take another user’s rights'
    : spawnSync('setpriv', ['--version']).error
      ? 'setpriv is not installed'
      : false;

test('what root does with a stopped kiosk leaves no file that its service cannot use', { skip }, async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'owner-'));
  t.teardown(() => rm(dir, { recursive: true }));
  await chown(dir, SERVICE, SERVICE);
  const keys = { carrierKey: CARRIER_KEY, carrierSigningKey: CARRIER_SIGNING_KEY };
  const config = virtualConfig({ pace: 'fast', brokerUrl: 'mqtt://127.0.0.1:1', ...keys, emulator: dir });
  await writeFile(join(dir, 'kiosk.json'), JSON.stringify(config));
  const ask = async (...args: readonly string[]): Promise<Command> => {
    const command = new Command([...args, '--json', '--config', join(dir, 'kiosk.json')]);
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
  const made = (await readdir(dir)).filter((name) => name !== 'kiosk.json');
  t.ok(made.includes('journal.db'));
  for (const name of made) t.equal((await stat(join(dir, name))).uid, SERVICE, name);
});
