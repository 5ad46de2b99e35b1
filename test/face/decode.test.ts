import sharp, { type Sharp } from 'sharp';
import { test } from 'tap';
import { decode } from '../../src/face/decode.js';
import { jpeg } from './pictures.js';

/** Left half red, right half blue, 64×48. */
const red = await jpeg(32, 48, '#ff0000');
const picture = (): Sharp =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: '#0000ff' } }).composite([
    { input: red, left: 0, top: 0 },
  ]);
const flat = await picture().png().toBuffer();

const formats: Record<string, () => Promise<Buffer>> = {
  JPEG: () => sharp(flat).jpeg({ quality: 95 }).toBuffer(),
  PNG: () => sharp(flat).png().toBuffer(),
  'PNG with a palette': () => sharp(flat).png({ palette: true }).toBuffer(),
  '16-bit PNG': () => sharp(flat).toColourspace('rgb16').png().toBuffer(),
  'PNG with transparency': () => sharp(flat).ensureAlpha(1).png().toBuffer(),
  'lossless WebP': () => sharp(flat).webp({ lossless: true }).toBuffer(),
  AVIF: () => sharp(flat).avif({ quality: 90 }).toBuffer(),
  GIF: () => sharp(flat).gif().toBuffer(),
  'CMYK JPEG': () => sharp(flat).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
  'CMYK TIFF': () => sharp(flat).toColourspace('cmyk').tiff({ compression: 'lzw' }).toBuffer(),
};

for (const [name, make] of Object.entries(formats)) {
  test(`${name} becomes upright 8-bit RGB`, async (t) => {
    const { width, height, data } = await decode(await make());
    t.same([width, height, data.length], [64, 48, 64 * 48 * 3]);
    const at = (x: number): readonly number[] => [...data.subarray((24 * 64 + x) * 3, (24 * 64 + x) * 3 + 3)];
    const [r = 0, , b = 0] = at(8);
    const [r2 = 0, , b2 = 0] = at(56);
    t.ok(r > 180 && b < 100 && r2 < 100 && b2 > 120, `${at(8).join()} and ${at(56).join()}`);
  });
}

for (const space of ['b-w', 'grey16'] as const) {
  test(`a ${space} picture becomes RGB with three equal channels`, async (t) => {
    const { data } = await decode(await sharp(flat).toColourspace(space).png().toBuffer());
    t.equal(data.length, 64 * 48 * 3);
    t.ok(data.every((value, i) => i % 3 === 0 || value === data[i - 1]));
  });
}

test('the EXIF orientation is applied', async (t) => {
  const turned = await sharp(await sharp(flat).rotate(270).toBuffer())
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 95 })
    .toBuffer();
  const { width, height, data, fullWidth } = await decode(turned);
  t.same([width, height, fullWidth], [64, 48, 64]);
  t.ok((data[(24 * 64 + 8) * 3] ?? 0) > 180, 'red is on the left');
});

test('a large picture is scaled down and remembers its size', async (t) => {
  const found = await decode(await jpeg(3200, 800));
  t.match(found, { width: 1600, height: 400, fullWidth: 3200, fullHeight: 800 });
});

test('of an animation the first picture is taken', async (t) => {
  const raw = Buffer.concat([Buffer.alloc(40 * 40 * 3, 200), Buffer.alloc(40 * 40 * 3, 20)]);
  const animation = await sharp(raw, { raw: { width: 40, height: 80, channels: 3, pageHeight: 40 } })
    .gif()
    .toBuffer();
  const { width, height, data } = await decode(animation);
  t.same([width, height], [40, 40]);
  t.ok((data[0] ?? 0) > 150);
});

/** The same JPEG with another size in its frame header (ISO/IEC 10918-1, B.2.2). */
function claiming(bytes: Buffer, side: number): Buffer {
  const lie = Buffer.from(bytes);
  const sof = lie.indexOf(Buffer.from([0xff, 0xc0]));
  lie.writeUInt16BE(side, sof + 5);
  lie.writeUInt16BE(side, sof + 7);
  return lie;
}

test('what is no picture, or half of one, or a lie about its size, gives its own code', async (t) => {
  const whole = await jpeg(640, 480);
  const noise = await sharp({
    create: {
      width: 640,
      height: 480,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
      background: '#000',
    },
  })
    .jpeg()
    .toBuffer();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><rect width="10" height="10"/></svg>';
  for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), Buffer.from(svg), whole.subarray(0, 100)]) {
    await t.rejects(decode(bytes), { code: 'face.image-unreadable' });
  }
  await t.rejects(decode(noise.subarray(0, noise.length * 0.6)), { code: 'face.image-unreadable' }, 'truncated');
  await t.rejects(decode(claiming(whole, 20_000)), { code: 'face.image-too-large' });
  await t.rejects(decode(await jpeg(16, 16)), { code: 'face.no-face' });
});
