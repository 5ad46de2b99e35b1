import sharp from 'sharp';
import t, { type Test } from 'tap';
import type { LibraryPhotoDecoder } from '../../../../drivers/id-reader/photo-library/index.js';
import { faultIs } from '../../../support/device-state.js';
import { buildLibrary, fieldFor, libraryDecoder } from './maker.js';

const library = buildLibrary();
t.teardown(() => library.remove());

async function ready(t: Test, options: Parameters<typeof libraryDecoder>[1] = {}): Promise<LibraryPhotoDecoder> {
  const decoder = libraryDecoder(library.path, options);
  t.teardown(() => decoder.close());
  await faultIs(decoder, undefined);
  return decoder;
}

/** Red on the left, blue on the right, green in the topmost row. */
async function isThePicture(t: Test, image: Uint8Array): Promise<void> {
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
  t.match(info, { width: 102, height: 126, channels: 3 });
  const pixel = (x: number, y: number): number[] => [...data.subarray(3 * (y * 102 + x), 3 * (y * 102 + x) + 3)];
  t.same(
    [pixel(0, 0), pixel(0, 1), pixel(101, 125)],
    [
      [0, 255, 0],
      [255, 0, 0],
      [0, 0, 255],
    ],
  );
}

for (const [symbol, call] of [
  ['unpack', 'unpack'],
  ['unpack_with_lengths', 'lengths'],
] as const) {
  void t.test(`a bitmap of the maker's library, called as '${call}', comes out as an ordinary image`, async (t) => {
    const decoder = await ready(t, { symbol, call });
    const field = fieldFor('D');
    await isThePicture(t, await decoder.decode(field));
    await isThePicture(t, await decoder.decode(field));
    t.equal(decoder.fault(), undefined);
  });
}

void t.test('an ordinary image that the library gives back comes out as it is', async (t) => {
  const decoder = await ready(t);
  const webp = await sharp({ create: { width: 102, height: 126, channels: 3, background: '#876' } })
    .webp()
    .toBuffer();
  t.same(Buffer.from(await decoder.decode(fieldFor('P', webp))), webp);
});

void t.test('a field that is an ordinary image, or means to be one, does not go to the library', async (t) => {
  const decoder = libraryDecoder('/nowhere/libmaker.so');
  t.teardown(() => decoder.close());
  const jpeg = await sharp({ create: { width: 102, height: 126, channels: 3, background: '#876' } })
    .jpeg()
    .toBuffer();
  t.same(Buffer.from(await decoder.decode(jpeg)), jpeg);
  await t.rejects(decoder.decode(Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1')), {
    code: 'document.photo-unreadable',
    detail: 'JPEG 2000 cannot be decoded',
  });
});

void t.test('an error, no picture or rubbish is a photograph that cannot be read, and no fault', async (t) => {
  const decoder = await ready(t);
  for (const letter of ['E', 'Q', 'N', 'R', 'B']) {
    await t.rejects(decoder.decode(fieldFor(letter)), { code: 'document.photo-unreadable' }, letter);
    t.equal(decoder.fault(), undefined);
  }
  await isThePicture(t, await decoder.decode(fieldFor('D')));
});

void t.test('a library that crashes, aborts, exits, hangs or overwrites memory costs one photograph', async (t) => {
  const decoder = await ready(t, { timeoutMs: 500 });
  for (const letter of ['C', 'A', 'X', 'H', 'O']) {
    await t.rejects(decoder.decode(fieldFor(letter)), { code: 'reader.decoder-failed' }, letter);
    t.equal(decoder.fault(), 'reader.decoder-failed', 'until the next process is ready');
    await isThePicture(t, await decoder.decode(fieldFor('D')));
    t.equal(decoder.fault(), undefined);
  }
});

void t.test('a library that writes into the line to the kiosk costs one photograph', { timeout: 60_000 }, async (t) => {
  const decoder = await ready(t, { timeoutMs: 500 });
  const lines = [
    [],
    [0, 0, 0, 1, 0x52],
    [0, 0, 0, 3, 0x44, 1, 2],
    [0, 0, 0, 5, 0xff, 0x0f, 0x5f, 1, 2],
    [0xff, 0xff],
    [0, 2, 0, 5, 0x44],
  ];
  for (const bytes of lines) {
    await t.rejects(decoder.decode(fieldFor('F', Uint8Array.from(bytes))), { code: 'reader.decoder-failed' });
    await isThePicture(t, await decoder.decode(fieldFor('D')));
  }
  for (let round = 0; round < 5; round += 1)
    await t.rejects(decoder.decode(fieldFor('L')), { code: 'reader.decoder-failed' }, 'an answer that follows rubbish');
});

void t.test('the process of the library has nothing of ours: no environment, no folder', async (t) => {
  const decoder = await ready(t);
  await isThePicture(t, await decoder.decode(fieldFor('V')));
});

void t.test('several who ask at once are served one after the other', async (t) => {
  const decoder = await ready(t, { timeoutMs: 500 });
  const results = await Promise.allSettled(['D', 'C', 'D', 'H', 'D'].map((letter) => decoder.decode(fieldFor(letter))));
  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
  );
});

void t.test('a library or a function that is not there is a fault from the start, and stays one', async (t) => {
  const missing = libraryDecoder('/nowhere/libmaker.so');
  const unknown = libraryDecoder(library.path, { symbol: 'no_such_function' });
  for (const decoder of [missing, unknown]) {
    t.teardown(() => decoder.close());
    t.equal(decoder.fault(), 'reader.decoder-failed');
    await t.rejects(decoder.decode(fieldFor('D')), { code: 'reader.decoder-failed' });
    await t.rejects(decoder.decode(fieldFor('D')), { code: 'reader.decoder-failed' });
    t.equal(decoder.fault(), 'reader.decoder-failed');
  }
});

void t.test('it closes at any time, and what is being decoded is rejected', async (t) => {
  const decoder = await ready(t, { timeoutMs: 60_000 });
  const hung = t.rejects(decoder.decode(fieldFor('H')), { code: 'reader.decoder-failed' });
  await Promise.all([decoder.close(), decoder.close()]);
  await hung;
  t.equal(decoder.fault(), 'reader.decoder-failed');
  await t.rejects(decoder.decode(fieldFor('D')), { code: 'reader.decoder-failed' });
  const starting = libraryDecoder(library.path);
  await starting.close();
});
