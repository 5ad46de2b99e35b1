import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { portrait } from '../support/cast.js';
import { Command } from '../support/process.js';

interface Summary {
  readonly bpcer: number;
  readonly apcer: Readonly<Record<string, number>>;
  readonly caveat: string;
}

test(
  'face bench --attacks plays every species that one still allows and tells the error rates of each',
  { timeout: 300_000 },
  async (t) => {
    const dir = t.testdir();
    await copyFile(portrait(4), join(dir, '4.jpg'));
    const bench = new Command(['face', 'bench', '--attacks', dir, '--json']);
    t.equal(await bench.exited, 0, bench.stderr);
    const { bpcer, apcer, caveat } = bench.json() as Summary;
    t.ok(bpcer >= 0 && bpcer <= 1);
    t.same(Object.keys(apcer).sort(), [
      'cut-eyes',
      'photo-bent',
      'photo-moved',
      'photo-still',
      'photo-tilted',
      'screen-replay',
    ]);
    for (const species of ['photo-still', 'photo-moved', 'photo-tilted', 'photo-bent', 'cut-eyes'])
      t.equal(apcer[species], 0, species);
    t.match(caveat, /no certification/);
  },
);

test('a folder that is not there, and neither pairs nor attacks, are said so', async (t) => {
  const missing = new Command(['face', 'bench', '--attacks', join(t.testdir(), 'nothing')]);
  t.equal(await missing.exited, 1);
  t.match(missing.stderr, 'bench.images-missing');
  t.equal(await new Command(['face', 'bench']).exited, 64);
});
