import fc from 'fast-check';
import t from 'tap';
import { decodeBmp } from '../../../../drivers/id-reader/photo-library/bmp.js';

/** Two pixels wide and two high: red, green / blue, white. */
function bitmap(change: (bytes: Buffer) => void = () => undefined): Buffer {
  const bytes = Buffer.alloc(70);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(2, 18);
  bytes.writeInt32LE(2, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  bytes.set([255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0], 54);
  change(bytes);
  return bytes;
}

void t.test('rows come from the bottom, or from the top when the height is negative, and are padded', (t) => {
  const top = [255, 0, 0, 0, 255, 0];
  const bottom = [0, 0, 255, 255, 255, 255];
  t.same([...decodeBmp(bitmap()).pixels], [...top, ...bottom]);
  t.same([...decodeBmp(bitmap((bytes) => bytes.writeInt32LE(-2, 22))).pixels], [...bottom, ...top]);
  t.end();
});

void t.test('what is no such bitmap is no photograph', (t) => {
  const wrong: readonly ((bytes: Buffer) => void)[] = [
    (bytes) => bytes.writeInt32LE(0, 18),
    (bytes) => bytes.writeInt32LE(-2, 18),
    (bytes) => bytes.writeInt32LE(3, 22),
    (bytes) => bytes.writeInt32LE(-0x8000_0000, 22),
    (bytes) => bytes.writeUInt16LE(8, 28),
    (bytes) => bytes.writeUInt32LE(1, 30),
    (bytes) => bytes.writeUInt32LE(0, 10),
    (bytes) => bytes.writeUInt32LE(0xffff_ffff, 10),
    (bytes) => bytes.write('XX', 'latin1'),
  ];
  for (const change of wrong) t.throws(() => decodeBmp(bitmap(change)), { code: 'document.photo-unreadable' });
  t.throws(() => decodeBmp(Buffer.from('BM')), { code: 'document.photo-unreadable' });
  t.end();
});

void t.test('no bytes do anything but decode or be no photograph', (t) => {
  const property = fc.property(fc.array(fc.tuple(fc.nat({ max: 69 }), fc.nat({ max: 255 }))), (changes) => {
    try {
      const { width, height, pixels } = decodeBmp(
        bitmap((bytes) => changes.forEach(([at, byte]) => (bytes[at] = byte))),
      );
      t.equal(pixels.length, width * height * 3);
    } catch (error) {
      t.match(error, { code: 'document.photo-unreadable' });
    }
  });
  fc.assert(property);
  t.end();
});
