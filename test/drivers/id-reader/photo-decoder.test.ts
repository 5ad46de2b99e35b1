import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import t from 'tap';
import { imagePhotoDecoder } from '../../../drivers/id-reader/photo-decoder.js';

const FIELD_BYTES = 1_024;
const picture = (): Sharp => sharp({ create: { width: 102, height: 126, channels: 3, background: '#876' } });

function padded(image: Uint8Array, bytes = FIELD_BYTES): Uint8Array {
  const field = new Uint8Array(bytes);
  field.set(image);
  return field;
}

const formats: Readonly<Record<string, () => Promise<Buffer>>> = {
  JPEG: () => picture().jpeg({ quality: 40 }).toBuffer(),
  PNG: () => picture().png({ palette: true }).toBuffer(),
  WebP: () => picture().webp({ quality: 20 }).toBuffer(),
  AVIF: () => picture().avif({ quality: 20 }).toBuffer(),
};

for (const [name, make] of Object.entries(formats)) {
  void t.test(`a ${name} in a padded field comes out as it went in`, async (t) => {
    const image = await make();
    const field = padded(image, 4_096);
    const decoded = await imagePhotoDecoder.decode(field);
    t.same(Buffer.from(decoded), image);
    field.fill(0);
    t.same(Buffer.from(decoded), image, 'and is a copy');
    t.match(await sharp(decoded).metadata(), { width: 102, height: 126 });
    t.same(Buffer.from(await imagePhotoDecoder.decode(Uint8Array.from(image))), image, 'unpadded');
  });

  void t.test(`a ${name} that is cut off is no photograph`, async (t) => {
    const image = await make();
    await t.rejects(imagePhotoDecoder.decode(image.subarray(0, image.length - 6)), {
      code: 'document.photo-unreadable',
    });
  });
}

void t.test('a field that is no image is no photograph', async (t) => {
  const fields = [
    new Uint8Array(0),
    new Uint8Array(FIELD_BYTES),
    padded(Buffer.from('WLf\0')),
    padded(Buffer.from('RIFF\x10\0\0\0WAVE')),
    padded(Buffer.from('\0\0\0\x10ftypmp42')),
    padded(Buffer.from([0xff, 0xd8, 0xff])),
    padded(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
  ];
  for (const field of fields) await t.rejects(imagePhotoDecoder.decode(field), { code: 'document.photo-unreadable' });
});

void t.test('no bytes do anything but decode or be no photograph', async (t) => {
  const magic = fc.constantFrom(
    'RIFF\xff\xff\xff\xffWEBP',
    'RIFF\0\0\0\0WEBP',
    '\0\0\0\x14ftypavif',
    '\xff\xd8\xff',
    '',
  );
  await fc.assert(
    fc.asyncProperty(magic, fc.uint8Array({ maxLength: 200 }), async (start, rest) => {
      const field = Buffer.concat([Buffer.from(start, 'latin1'), rest]);
      try {
        t.ok((await imagePhotoDecoder.decode(field)).length <= field.length);
      } catch (error) {
        t.match(error, { code: 'document.photo-unreadable' });
      }
    }),
  );
});
