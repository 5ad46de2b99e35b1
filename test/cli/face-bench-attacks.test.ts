import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { test } from 'tap';
import { createFaceEngine } from '../../drivers/face-engine/create.js';
import { rateOf } from '../../src/cli/attack-rates.js';
import { benchAttacks } from '../../src/cli/face-attacks.js';
import { readModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';
import { jpeg } from '../face/pictures.js';
import { portrait } from '../support/cast.js';
import { Command } from '../support/process.js';

interface Summary {
  readonly bpcer: number;
  readonly bpnrr: number;
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
    const { bpcer, bpnrr, apcer, caveat } = bench.json() as Summary;
    t.ok(bpcer >= 0 && bpcer <= 1);
    t.equal(bpnrr, 0);
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

test('presentations without response are no tries: they have a rate and reasons of their own', (t) => {
  const matched = { result: 'match' } as const;
  const refused = { result: 'face.not-live' } as const;
  const unanswered = { noResponse: 'face.turned-away' } as const;
  t.match(rateOf('photo-still', [refused, unanswered, matched, unanswered]), {
    tries: 2,
    errors: 1,
    rate: 0.5,
    reasons: { match: 1, 'face.not-live': 1 },
    noResponses: 2,
    noResponseRate: 0.5,
    noResponseReasons: { 'face.turned-away': 2 },
  });
  t.match(rateOf('bona-fide', [refused, unanswered, matched, matched, matched]), { tries: 4, errors: 1, rate: 0.25 });
  t.match(rateOf('real-picture', [unanswered]), {
    tries: 0,
    errors: 0,
    rate: null,
    interval: [0, 1],
    noResponseRate: 1,
  });
  t.end();
});

test('what cannot be enrolled or animated is not counted as refused, and the reasons are told', async (t) => {
  const dir = t.testdir({ real: {} });
  await mkdir(join(dir, 'stills'));
  const alone = await sharp(portrait(4)).resize({ height: 800 }).jpeg().toBuffer();
  await writeFile(join(dir, 'stills/alone.jpg'), alone);
  const { width } = await sharp(alone).metadata();
  const bystander = await sharp(portrait(1)).resize({ height: 300 }).toBuffer();
  const accompanied = sharp(alone).extend({ right: 300, background: '#777777' });
  await writeFile(
    join(dir, 'stills/bystander.jpg'),
    await accompanied
      .composite([{ input: bystander, left: width, top: 0 }])
      .jpeg()
      .toBuffer(),
  );
  await writeFile(join(dir, 'stills/nobody.jpg'), await jpeg(640, 480));
  await writeFile(join(dir, 'real/nobody.jpg'), await jpeg(640, 480));
  for (const folder of ['stills/folder.jpg', 'real/folder.jpg']) await mkdir(join(dir, folder));
  const set = readModelSet(modelsDir);
  const engine = await createFaceEngine('onnx', { set });
  t.teardown(() => engine.close());
  const folders = { dir: join(dir, 'stills'), real: join(dir, 'real') };
  const rates = await benchAttacks({ engine, set, ...folders, only: ['photo-still'], rounds: 2 });
  t.match(rates, [
    {
      presentation: 'photo-still',
      tries: 2,
      rate: 0,
      noResponses: 6,
      noResponseReasons: { 'face.several-faces': 2, 'face.no-face': 2, 'face.image-unreadable': 2 },
    },
    {
      presentation: 'real-picture',
      tries: 0,
      rate: null,
      noResponseReasons: { 'face.no-face': 1, 'face.image-unreadable': 1 },
    },
  ]);
});
