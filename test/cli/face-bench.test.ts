import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Test, test } from 'tap';
import { castPhotos } from '../face/pictures.js';
import { Command } from '../support/process.js';

const names = ['Ann_One', 'Ben_Two', 'Cat_Three', 'Dan_Four', 'Eve_Five'] as const;

/** A labelled set in the layout of LFW: two pictures a person, 250×250, gray; in one somebody stands in the background. */
async function lfw(t: Test): Promise<string> {
  const dir = t.testdir();
  const photos = await castPhotos();
  const background = await sharp(photos[6]).resize({ height: 70 }).toBuffer();
  for (const [i, name] of names.entries()) {
    await mkdir(join(dir, name));
    const whole = sharp(photos[i]).resize(250, 250, { fit: 'cover', position: 'top' }).grayscale();
    await writeFile(join(dir, name, `${name}_0001.jpg`), await whole.clone().jpeg({ quality: 75 }).toBuffer());
    const other = whole
      .clone()
      .composite([{ input: background, left: 0, top: 0 }])
      .modulate({ brightness: 0.8 });
    await writeFile(join(dir, name, `${name}_0002.png`), await other.png().toBuffer());
  }
  const list = [
    '1\t5',
    ...names.map((name) => `${name}\t1\t2`),
    ...names.map((name, i) => `${name}\t1\t${names[(i + 1) % 5] ?? ''}\t2`),
    'Ann_One\t1\t9',
    'Ann_One\t1\tCat_Three\t2',
  ];
  await writeFile(join(dir, 'pairs.txt'), list.join('\n'));
  return dir;
}

async function face(args: readonly string[]): Promise<Command & { code: number | NodeJS.Signals }> {
  const command = new Command(['face', ...args]);
  return Object.assign(command, { code: await command.exited });
}

test('a set in the layout of LFW: non-mated scores from every two people, failures with their reasons', async (t) => {
  const dir = await lfw(t);
  const set = ['--pairs', join(dir, 'pairs.txt'), '--images', dir];
  const plain = await face(['bench', ...set, '--plot', join(dir, 'det.svg'), '--json']);
  t.equal(plain.code, 0, plain.stderr);
  t.match(plain.stderr, 'the list has 12 pairs, its header promises 10');
  t.match(plain.json(), {
    pairs: 12,
    images: 11,
    failures: 1,
    failureReasons: { 'face.image-unreadable': 1 },
    failedPictures: [{ file: 'Ann_One/Ann_One_0009.jpg' }],
    pairsFailed: 1,
    comparisons: { mated: 5, nonMated: 40, nonMatedFrom: 'people' },
    eer: 0,
    fnmr: { '1e-2': null, '1e-3': null, '1e-4': null },
    threshold: { fmr: null, fnmr: 0 },
    msPerImage: { median: Number, p99: Number },
    memory: { peakMB: Number },
    engine: 'onnx',
  });
  t.match(await readFile(join(dir, 'det.svg'), 'utf8'), /^<svg.*polyline/s);

  const other = await face(['bench', ...set, '--engine', 'tfjs', '--json']);
  t.match(other.json(), { engine: 'tfjs', failures: 1, comparisons: { mated: 5, nonMated: 40 }, eer: 0 }, other.stderr);

  const onDocument = await face(['bench', ...set, '--id-photo', '102x126@40', '--json']);
  t.match(onDocument.json(), {
    images: 11,
    comparisons: { mated: 5, nonMated: 20 },
    eer: 0,
    idPhoto: '102x126@40',
  });
  t.match((await face(['bench', ...set])).stdout, /FNMR at FMR 1e-4 +–/);

  const calibrated = await face(['calibrate', ...set]);
  t.match(calibrated.stdout, /^"thresholds": \{\}/);
  t.match(calibrated.stderr, /too few/);
});

test('a plot that cannot be written is found out before anything is measured; one that is there stays until then', async (t) => {
  const dir = t.testdir({ 'pairs.txt': 'Nobody 1 2', 'det.svg': 'old' });
  const plotted = (file: string): ReturnType<typeof face> =>
    face(['bench', '--pairs', join(dir, 'pairs.txt'), '--images', dir, '--plot', join(dir, file), '--json']);
  const unwritable = await plotted('nowhere/det.svg');
  t.equal(unwritable.code, 64);
  t.match(unwritable.json(), { error: 'cli.usage', detail: /nowhere/ }, 'not what is wrong with the pictures');
  t.match((await plotted('det.svg')).json(), { error: 'bench.images-missing' });
  t.equal(await readFile(join(dir, 'det.svg'), 'utf8'), 'old');
});

test('a list or a folder that cannot be used is named, and so is an option that is not understood', async (t) => {
  const dir = t.testdir({ 'pairs.txt': 'Nobody 1 2', 'broken.txt': 'x' });
  const code = async (...args: string[]): Promise<unknown> =>
    ((await face([...args, '--json'])).json() as { error: string }).error;
  const set = ['--pairs', join(dir, 'pairs.txt'), '--images', dir];
  t.equal(await code('bench', ...set), 'bench.images-missing');
  t.equal(await code('bench', '--pairs', join(dir, 'broken.txt'), '--images', dir), 'bench.pairs-invalid');
  t.equal(await code('bench', '--pairs', join(dir, 'none.txt'), '--images', dir), 'bench.pairs-invalid');
  t.equal(await code('bench', ...set, '--id-photo', 'small'), 'cli.usage');
  t.equal(await code('bench', ...set, '--engine', 'steam'), 'cli.usage');
  t.equal(await code('bench', ...set, '--set', 'nobody'), 'face.model-missing');
  t.equal((await face(['bench'])).code, 64);
});
