import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { test } from 'tap';
import { statePaths } from '../../src/config/paths.js';
import { journalPaths } from '../../src/journal/paths.js';
import { readJournal } from '../../src/journal/read-journal.js';
import { freeBytes } from '../../src/lib/disk.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { contents } from '../support/crashed-journal.js';
import { asked, operatorsHear } from '../support/reasons.js';
import { because } from '../support/technician.js';

t.setTimeout(230_000);

/** Root may do what a file's mode forbids, unless it gives that up. */
const BOUND = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'];
const noSetpriv = spawnSync('setpriv', ['--version']).error ? 'setpriv is not installed' : false;

test(
  'a journal that may not be read, or only read: out of service with its code, and back by itself',
  { skip: noSetpriv },
  async (t) => {
    const bench = await Bench.start(t, { visitors: [holder(1)] });
    await bench.idle();
    const { file, lastWord } = journalPaths(bench.dir);
    for (const damaged of [file, lastWord])
      for (const mode of [0o000, 0o400]) {
        await bench.run.kill('SIGTERM');
        const before = await contents(bench.dir);
        await chmod(damaged, mode);
        bench.startRun(BOUND);
        await bench.screen(because('journal.unwritable'));
        t.match(bench.run.stdout, damaged);
        t.notMatch(bench.run.stdout, '"msg":"started"');
        t.same(await contents(bench.dir), before);
        await chmod(damaged, 0o600);
        await bench.idle();
      }
    t.equal(await bench.visit(), 'sold');
    t.match(await bench.settled(), { consistent: true });

    await bench.run.kill('SIGTERM');
    const before = await contents(bench.dir);
    await chmod(bench.dir, 0o500);
    const { exited } = bench.startRun(BOUND);
    t.equal(await exited, 1, 'without a place for its sockets nobody could ask it');
    t.match(bench.run.stdout, /"code":"journal.unwritable".*"out of service"/);
    t.match(bench.run.stderr, /^socket\.unusable: .*panel\.sock EACCES\n→ /);
    t.same(await contents(bench.dir), before);
    await chmod(bench.dir, 0o700);
    bench.startRun();
    await bench.idle();
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
    // The carrier knows the key of the world's own folder.
    const config = (dir: string) => ({
      stateDir: disk,
      // It is to be full.
      journal: { minFreeMb: 0 },
      signingKey: statePaths(dir).signingKey,
      sockets: sockets(dir),
    });
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

test(
  'a disk with too little room for a sale: out of service before it is full, and back by itself with room',
  { skip: noMount },
  async (t) => {
    const disk = await mkdtemp(join(tmpdir(), 'small-disk-'));
    t.teardown(() => rm(disk, { recursive: true }));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
    t.teardown(() => execFileSync('umount', ['--lazy', disk]));
    const config = (dir: string) => ({
      ...{ stateDir: disk, signingKey: statePaths(dir).signingKey, journal: { minFreeMb: 4 } },
      sockets: { link: join(dir, 'link.sock'), panel: join(dir, 'panel.sock'), control: join(dir, 'control.sock') },
    });
    const bench = await Bench.start(t, { visitors: [holder(1)], config });
    await bench.idle();
    await writeFile(join(disk, 'filler'), Buffer.alloc((await freeBytes(disk)) - 2e6));
    await bench.screen(because('journal.no-room'));
    t.match(await asked(bench, 'doctor'), {
      code: 1,
      said: { checks: { 1: { name: 'disk', code: 'journal.no-room' } } },
    });
    t.match(await asked(bench, 'maintenance', 'on'), { code: 0 }, 'what happens is still written down');
    await asked(bench, 'maintenance', 'off');
    await rm(join(disk, 'filler'));
    await bench.idle();
    t.equal(await bench.visit(), 'sold');
  },
);

test('too many messages without an acknowledgement: out of service until the carrier has them', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)], config: { journal: { maxWaiting: 8 } } });
  await bench.idle();
  await bench.link.kill();
  await bench.screen(because('link.down'));
  for (let turn = 0; turn < 4; turn += 1) for (const on of ['on', 'off']) await asked(bench, 'maintenance', on);
  await bench.screen(because('journal.outbox-full'));
  bench.startLink();
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  t.match(await bench.settled(), { consistent: true });
});
