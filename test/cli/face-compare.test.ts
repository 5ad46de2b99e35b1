import { execFileSync } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { test } from 'tap';
import { compareFiles } from '../../src/cli/face-compare.js';
import { Command } from '../support/process.js';
import { castPhotos, jpeg, noPhotographs, photographs } from '../face/pictures.js';

/** Two pictures, one after the other. */
async function animation(...pictures: Buffer[]): Promise<Buffer> {
  const size = { width: 300, height: 400 };
  const frames = await Promise.all(pictures.map((picture) => sharp(picture).resize(size).raw().toBuffer()));
  return sharp(Buffer.concat(frames), { raw: { width: 300, height: 800, channels: 3, pageHeight: 400 } })
    .gif()
    .toBuffer();
}

const [one = Buffer.alloc(0), other = Buffer.alloc(0)] = await castPhotos();

test('the same face in any usual format and colour matches, another does not', async (t) => {
  const still = (): ReturnType<typeof sharp> => sharp(one);
  const turned = await still().rotate(270).toBuffer();
  const dir = t.testdir();
  const files: Record<string, Buffer> = {
    'a.jpg': one,
    'small.webp': await still().resize({ height: 160 }).webp({ quality: 50 }).toBuffer(),
    'gray.jpg': await still().grayscale().jpeg().toBuffer(),
    'cmyk.jpg': await still().toColourspace('cmyk').jpeg().toBuffer(),
    'deep.png': await still().toColourspace('rgb16').png().toBuffer(),
    'turned.jpg': await sharp(turned).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    'tilted.jpg': await still().rotate(30).jpeg().toBuffer(),
    'palette.png': await still().png({ palette: true }).toBuffer(),
    'clear.png': await still().ensureAlpha(0.9).png().toBuffer(),
    'moving.gif': await animation(one, other),
    'big.avif': await still().resize({ width: 2400 }).avif({ effort: 0 }).toBuffer(),
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(dir, name), bytes);
  for (const name of Object.keys(files)) {
    const result = await compareFiles(join(dir, 'a.jpg'), join(dir, name));
    t.equal(result.decision, 'match', `${name} ${result.similarity} ${result.reason}`);
    t.ok((result.similarity ?? 0) >= result.threshold);
  }
  await writeFile(join(dir, 'other.jpg'), other);
  t.match(await compareFiles(join(dir, 'a.jpg'), join(dir, 'other.jpg')), { decision: 'no-match', reason: undefined });
});

test('a file that cannot be compared is named with its reason', async (t) => {
  const dir = t.testdir({
    'face.jpg': one,
    'text.jpg': 'hello',
    'empty.jpg': '',
    'half.jpg': one.subarray(0, one.length / 2),
    'nobody.jpg': await jpeg(640, 480),
    'dot.jpg': await jpeg(8, 8),
    'speck.jpg': await sharp(one).resize({ height: 40 }).jpeg().toBuffer(),
  });
  const face = join(dir, 'face.jpg');
  const reason = async (name: string): Promise<unknown> => {
    const { decision, reason: why, file } = await compareFiles(face, join(dir, name));
    t.match({ decision, file }, { decision: 'not-comparable', file: 'b' }, name);
    return why;
  };
  t.equal(await reason('text.jpg'), 'face.image-unreadable');
  t.equal(await reason('empty.jpg'), 'face.image-unreadable');
  t.equal(await reason('half.jpg'), 'face.image-unreadable');
  t.equal(await reason('missing.jpg'), 'face.image-unreadable');
  t.equal(await reason('nobody.jpg'), 'face.no-face');
  t.equal(await reason('dot.jpg'), 'face.no-face');
  t.match(await reason('speck.jpg'), /^face\.(no-face|too-far)$/);
  t.match(await compareFiles(join(dir, 'text.jpg'), face), { decision: 'not-comparable', file: 'a' });
  execFileSync('mkfifo', [join(dir, 'pipe.jpg')]);
  for (const none of ['pipe.jpg', '.', '../../../../../../../../../../../dev/zero'])
    t.equal(await reason(none), 'face.image-unreadable', none);
  await truncate(join(dir, 'empty.jpg'), 1_000_000_000);
  t.equal(await reason('empty.jpg'), 'face.image-too-large');
});

test('a face that lies on its side or upside down is not compared, whatever it is compared with', async (t) => {
  const dir = t.testdir({ 'face.jpg': one });
  for (const [i, photo] of (await castPhotos()).slice(0, 3).entries()) {
    for (const angle of [90, 180, 270]) {
      const file = join(dir, `${i}-${angle}.png`);
      await writeFile(file, await sharp(photo).rotate(angle).png().toBuffer());
      const result = await compareFiles(file, join(dir, 'face.jpg'));
      t.match(result, { decision: 'not-comparable', reason: /^face\.(turned-away|no-face)$/, file: 'a' }, file);
    }
  }
});

test('a picture of too many pixels is refused before it is decoded', async (t) => {
  const dir = t.testdir({ 'face.jpg': one });
  await writeFile(
    join(dir, 'huge.png'),
    await sharp({ create: { width: 8000, height: 6000, channels: 3, background: 'white' } })
      .png()
      .toBuffer(),
  );
  t.match(await compareFiles(join(dir, 'face.jpg'), join(dir, 'huge.png')), {
    decision: 'not-comparable',
    reason: 'face.image-too-large',
    file: 'b',
  });
});

test('both engines decide alike', async (t) => {
  const dir = t.testdir({ 'a.jpg': one, 'b.jpg': other });
  await writeFile(join(dir, 'c.jpg'), await sharp(one).grayscale().resize({ height: 200 }).jpeg().toBuffer());
  for (const [x, y] of [
    ['a.jpg', 'b.jpg'],
    ['a.jpg', 'c.jpg'],
  ] as const) {
    const [onnx, tfjs] = [
      await compareFiles(join(dir, x), join(dir, y)),
      await compareFiles(join(dir, x), join(dir, y), { engine: 'tfjs' }),
    ];
    t.equal(tfjs.decision, onnx.decision);
    t.ok(Math.abs((tfjs.similarity ?? 0) - (onnx.similarity ?? 1)) < 1e-4, `${tfjs.similarity} ${onnx.similarity}`);
  }
});

test('a picture of several people cannot be compared', { skip: noPhotographs }, async (t) => {
  const people = join(photographs, 'people');
  for (const name of ['couple.jpg', 'selfie-many-people.jpg']) {
    t.match(await compareFiles(join(people, 'img1.jpg'), join(people, name)), {
      decision: 'not-comparable',
      reason: 'face.several-faces',
      file: 'b',
    });
  }
});

/** What starts a process in which a module cannot be loaded. */
async function without(dir: string, module: string): Promise<readonly string[]> {
  const hooks = `export async function resolve(name, context, next) {
    if (name.startsWith('${module}')) throw new Error('lost');
    return next(name, context);
  }`;
  const hooksUrl = `data:text/javascript,${encodeURIComponent(hooks)}`;
  await writeFile(
    join(dir, 'lose.mjs'),
    `import { register } from 'node:module'; register(${JSON.stringify(hooksUrl)});`,
  );
  return ['env', `NODE_OPTIONS=--import=${join(dir, 'lose.mjs')}`];
}

test('the command says by its exit code what was found; where nothing was compared it is never that of no match', async (t) => {
  const dir = t.testdir({ 'a.jpg': one, 'b.jpg': other, 'text.jpg': 'hello' });
  const compare = (file: string, ...more: readonly string[]): string[] => [
    'face',
    'compare',
    join(dir, 'a.jpg'),
    join(dir, file),
    ...more,
  ];
  for (const [file, code] of [
    ['a.jpg', 0],
    ['b.jpg', 1],
    ['text.jpg', 2],
  ] as const) {
    t.equal(await new Command(compare(file)).exited, code, file);
  }
  const noEngine = new Command(compare('b.jpg', '--engine', 'tfjs', '--json'), {
    prefix: await without(dir, '@tensorflow/'),
  });
  t.equal(await noEngine.exited, 2);
  t.match(noEngine.json(), { error: 'face.engine-failed' });
  const noDecoder = new Command(compare('b.jpg'), { prefix: await without(dir, 'sharp') });
  t.equal(await noDecoder.exited, 2, 'also where the program cannot be loaded');
  t.match(noDecoder.stderr, /Error: lost/);
  t.equal(await new Command(['face', 'compare', join(dir, 'a.jpg')]).exited, 64);
});
