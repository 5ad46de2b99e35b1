import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { parseConfig } from '../../src/config/load.js';
import { installed } from '../../src/config/paths.js';
import { rootDir } from '../../src/lib/paths.js';
import { CARRIER_KEY, CARRIER_SIGNING_KEY } from '../support/signed.js';

const UNITS = { 'simkiosk.service': 0.6, 'simkiosk-link.service': 1.0 } as const;

const skip = spawnSync('systemd-analyze', ['--version']).error ? 'systemd-analyze is not installed' : false;

const read = (name: string): Promise<string> => readFile(join(rootDir, 'systemd', name), 'utf8');

/** A unit in a folder of its own; the commands it starts are not installed here. */
async function unit(t: Test, name: string): Promise<string> {
  const file = join(t.testdir(), name);
  const text = await read(name);
  await writeFile(file, text.replace(/^(Exec\w+)=\S+/gm, `$1=${process.execPath}`));
  return file;
}

/** @returns what the command said */
function analyse(...args: readonly string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

test('systemd finds nothing to complain about in the units', { skip }, async (t) => {
  for (const name of Object.keys(UNITS)) {
    const said = analyse('verify', '--man=no', await unit(t, name));
    t.same(said, { code: 0, output: '' }, name);
  }
});

/** Whether the exposure of a unit is no higher than this; systemd counts in tenths. */
async function isWithin(t: Test, name: string, exposure: number, change = (text: string) => text): Promise<boolean> {
  const file = await unit(t, name);
  await writeFile(file, change(await readFile(file, 'utf8')));
  const said = analyse('security', '--offline=true', `--threshold=${exposure * 10}`, file);
  t.match(said.output, 'Overall exposure level');
  return said.code === 0;
}

test('the exposure of each unit is as low as promised', { skip }, async (t) => {
  for (const [name, exposure] of Object.entries(UNITS)) t.ok(await isWithin(t, name, exposure), name);
});

test(
  'the drop-in for metrics lets the network process listen at the one port it names, and no more',
  { skip },
  async (t) => {
    const name = 'simkiosk-link.service';
    const dropIn = await read('examples/metrics.conf');
    const allowed = dropIn.split('\n').filter((line) => /^[A-Z]/.test(line));
    t.same(allowed, ['SocketBindAllow=ipv4:tcp:9464']);
    const withDropIn = (text: string) => text.replace('[Install]', `${allowed.join('\n')}\n[Install]`);
    const file = await unit(t, name);
    await writeFile(file, withDropIn(await readFile(file, 'utf8')));
    t.same(analyse('verify', '--man=no', file), { code: 0, output: '' });
    t.ok(await isWithin(t, name, UNITS[name], withDropIn));
  },
);

test('a unit that could reach the network or a device would be noticed', { skip }, async (t) => {
  const without = (key: string) => (text: string) => text.replaceAll(new RegExp(`^${key}=.*\n`, 'gm'), '');
  t.notOk(await isWithin(t, 'simkiosk.service', UNITS['simkiosk.service'], without('PrivateNetwork')));
  t.notOk(await isWithin(t, 'simkiosk-link.service', UNITS['simkiosk-link.service'], without('PrivateDevices')));
});

test('units, sockets and folders of the installed kiosk are where the program looks for them', async (t) => {
  const [run, link, tmpfiles, example] = await Promise.all(
    ['simkiosk.service', 'simkiosk-link.service', 'tmpfiles.conf', 'examples/kiosk.json'].map(read),
  );
  for (const text of [run, link]) {
    t.match(text, `--config ${installed.config}\n`);
    t.match(text, `ConditionPathExists=${installed.config}\n`);
  }
  t.match(run, ` ${installed.safeOffFile}\n`);
  for (const socket of Object.values(installed.sockets)) {
    const folder = socket.slice(0, socket.lastIndexOf('/'));
    t.match(tmpfiles, new RegExp(`^d ${folder}\\s+2750 simkiosk `, 'm'), 'the folder decides who may connect');
  }
  const asShipped = JSON.parse(example ?? '') as object;
  t.throws(() => parseConfig(asShipped, 'the example'), /publicKey\.x.*signingKeys\[0\]\.x/, 'not yet any carrier’s');
  const carrier = { publicKey: CARRIER_KEY, signingKeys: [CARRIER_SIGNING_KEY] };
  const { stateDir, sockets, safeOffFile } = parseConfig({ ...asShipped, carrier }, 'the example');
  const { credentials, ...places } = installed;
  t.same({ config: installed.config, stateDir, sockets, safeOffFile }, places);
  t.equal(credentials, '/etc/credstore', 'where systemd.exec(5) looks for a name without a folder first');
  for (const name of ['broker-password', 'tls-ca', 'tls-cert', 'tls-key'])
    t.match(link, `\nLoadCredential=${name}:simkiosk-link.${name}\n`);
  t.match(run, '\nLoadCredential=signing-key:simkiosk.signing-key\n');
});
