import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { test } from 'tap';
import { compareFiles } from '../../src/cli/face-compare.js';
import { castPhotos, jpeg, noPhotographs, photographs } from '../face/pictures.js';

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
