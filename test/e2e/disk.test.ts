import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { test, type Test } from 'tap';
import { KioskState, parseJson } from '../../src/fleet/messages.js';
import { journalPaths } from '../../src/journal/paths.js';
import { readJournal } from '../../src/journal/read-journal.js';
import { Listeners } from '../../src/lib/listeners.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { contents } from '../support/crashed-journal.js';
import { holds } from '../support/device-state.js';
import { Ear } from '../support/ear.js';
import { Command } from '../support/process.js';

const because = (reason: string) => (screen: { state: string; reason?: string }) =>
  screen.state === 'out-of-service' && screen.reason === reason;

/** Resolves once operators are told that the kiosk is there and sells nothing, and why. */
async function operatorsHear(t: Test, bench: Bench, reason: string): Promise<void> {
  const client = await connectAsync(bench.world.brokerUrl);
  t.teardown(() => client.endAsync(true));
  const heard: string[] = [];
  const changed = new Listeners();
  client.on('message', (_topic, payload) => {
    const state = KioskState.safeParse(parseJson(payload.toString()));
    if (!state.success || !state.data.online || state.data.sellable) return;
    heard.push(...state.data.reasons);
    changed.emit();
  });
  await client.subscribeAsync('sk/v1/+/up/state', { qos: 1 });
  await holds(
    (look) => changed.add(look),
    () => heard.includes(reason),
  );
}

async function asked(bench: Bench, ...args: readonly string[]): Promise<{ code: unknown; said: unknown }> {
  const command = new Command([...args, '--json', '--config', bench.world.configFile]);
  const code = await command.exited;
  return { code, said: command.json() };
}

test('a damaged journal: out of service, said to everybody, untouched, until a technician begins a new one', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const ear = await Ear.listen(t, bench);
  t.equal(await bench.visit(), 'sold');
  await bench.idle();
  await bench.run.kill('SIGKILL');
  await rm(`${journalPaths(bench.dir).file}-wal`);
  const before = await contents(bench.dir);

  bench.startRun();
  await bench.screen(because('journal.corrupt'));
  await operatorsHear(t, bench, 'journal.corrupt');
  t.match(await asked(bench, 'status'), { code: 0, said: { state: 'out-of-service', faults: ['journal.corrupt'] } });
  t.match(await asked(bench, 'maintenance', 'on'), { code: 1, said: { error: 'journal.corrupt' } });
  const doctor = await asked(bench, 'doctor');
  t.equal(doctor.code, 1);
  t.match(JSON.stringify(doctor.said), /"journal","ok":false,"code":"journal.corrupt".*simkiosk journal renew/);
  const audit = new Command(['audit', '--state', bench.dir]);
  t.equal(await audit.exited, 1);
  t.match(audit.stdout + audit.stderr, /missing|empty|corrupt/);
  t.same(await contents(bench.dir), before, 'not a byte was changed');
  t.equal(bench.run.running, true, 'and the service is up');

  t.match(await asked(bench, 'journal', 'renew'), { code: 0, said: { aside: /^journal\.damaged-/ } });
  await bench.screen(because('kiosk.maintenance'));
  await ear.hears('technician.action', 1);
  t.match(ear.all('technician.action'), [{ action: 'journal-renew', cards: { loaded: 0 } }]);
  const left = bench.world.emulator.dispenser.cards().filter(({ at }) => at === 'stack');
  const list = join(bench.dir, 'left.txt');
  await writeFile(list, left.map(({ iccid }) => `${iccid}\n`).join(''));
  t.match(await asked(bench, 'stock', 'load', list), { code: 0, said: { added: left.length } });
  t.match(await asked(bench, 'journal', 'renew'), { code: 1, said: { error: 'control.not-now' } }, 'a whole one stays');
  t.equal((await asked(bench, 'maintenance', 'off')).code, 0);
  t.equal(await bench.visit(), 'sold', 'and it sells again');
});

/** Root may do what a file's mode forbids, unless it gives that up. */
const BOUND = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'];
const noSetpriv = spawnSync('setpriv', ['--version']).error ? 'setpriv is not installed' : false;

test(
  'a journal that may not be read, or only read: out of service with its code, and back by itself',
  { skip: noSetpriv },
  async (t) => {
    const bench = await Bench.start(t, { visitors: [holder(1)] });
    await bench.idle();
    for (const mode of [0o000, 0o400]) {
      await bench.run.kill('SIGTERM');
      const before = await contents(bench.dir);
      await chmod(journalPaths(bench.dir).file, mode);
      bench.startRun(BOUND);
      await bench.screen(because('journal.unwritable'));
      t.same(await contents(bench.dir), before);
      await chmod(journalPaths(bench.dir).file, 0o600);
      await bench.idle();
    }
    t.equal(await bench.visit(), 'sold');
    t.match(await bench.settled(), { consistent: true });
  },
);

/** Tried in a name space of its own, which nobody else sees. */
const mounting = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
const noMount = mounting.status === 0 ? false : 'only root may mount a file system that is full soon';

test(
  'a disk that gets full: out of service with its code, nothing committed is lost, and back by itself with room',
  { skip: noMount },
  async (t) => {
    const disk = await mkdtemp(join(tmpdir(), 'small-disk-'));
    t.teardown(() => rm(disk, { recursive: true }));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
    t.teardown(() => execFileSync('umount', ['--lazy', disk]));
    const sockets = (dir: string) => ({
      link: join(dir, 'link.sock'),
      panel: join(dir, 'panel.sock'),
      control: join(dir, 'control.sock'),
    });
    const config = (dir: string) => ({ stateDir: disk, sockets: sockets(dir) });
    const bench = await Bench.start(t, { visitors: [holder(1)], config });
    await bench.idle();
    const filler = await open(join(disk, 'filler'), 'w');
    const fill = async (): Promise<never> => {
      for (;;) await filler.write(Buffer.alloc(4_096));
    };
    await t.rejects(fill(), { code: 'ENOSPC' });
    await filler.close();
    const before = await readJournal(disk);
    void bench.serve(20);
    await bench.screen(because('journal.unwritable'));
    const after = await readJournal(disk);
    t.ok(after.committed >= before.committed);
    t.same(after.tampering, []);
    await operatorsHear(t, bench, 'journal.unwritable');
    t.match(await asked(bench, 'status'), { said: { faults: ['journal.unwritable'] } });
    t.equal(bench.run.running, true);

    await rm(join(disk, 'filler'));
    await bench.idle();
    const { committed, tampering, cards } = await readJournal(disk);
    t.ok(committed >= after.committed, 'nothing committed is lost');
    t.same([tampering, cards.loaded], [[], before.cards.loaded]);
  },
);
