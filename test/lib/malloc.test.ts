import fc from 'fast-check';
import sharp from 'sharp';
import { test } from 'tap';
import { returnFreedMemory, zero } from '../../src/lib/malloc.js';

returnFreedMemory();
const [width, height] = [1280, 720];

test('memory of any size and place is zero afterwards, and nothing beside it is', (t) => {
  const size = fc.integer({ min: 0, max: 3 * 2 ** 20 });
  fc.assert(
    fc.property(size, fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 0, max: 9000 }), (length, before, after) => {
      const block = new Uint8Array(before + length + after).fill(7);
      zero(block.subarray(before, before + length));
      const sevens = before + after;
      return block.reduce((sum, byte) => sum + byte, 0) === 7 * sevens;
    }),
    { numRuns: 60 },
  );
  const floats = new Float32Array(2 ** 20).fill(7);
  zero(floats);
  t.ok(floats.every((x) => x === 0));
  t.end();
});

test('pictures that were overwritten take no memory, even before they are collected', async (t) => {
  const jpeg = await sharp({ create: { width, height, channels: 3, background: '#607080' } })
    .jpeg()
    .toBuffer();
  const pictures: Buffer[] = [];
  const resident = (): number => process.memoryUsage.rss();
  const before = resident();
  for (let i = 0; i < 30; i += 1) pictures.push(await sharp(jpeg).raw().toBuffer());
  const held = resident();
  pictures.forEach(zero);
  const after = resident();
  t.ok(pictures.every((picture) => picture.every((byte) => byte === 0)));
  t.ok(after - before < (held - before) / 2, `${before} ${held} ${after}`);
});
