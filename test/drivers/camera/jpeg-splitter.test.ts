import fc from 'fast-check';
import sharp from 'sharp';
import { test } from 'tap';
import { LARGEST_FRAME } from '../../../drivers/camera/frame-splitter.js';
import { JpegSplitter } from '../../../drivers/camera/jpeg-splitter.js';
import { KioskError } from '../../../src/errors.js';

const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
const create = { width: 64, height: 48, channels: 3, background: '#808080', noise } as const;
const baseline = await sharp({ create }).jpeg().toBuffer();
const progressive = await sharp({ create }).jpeg({ progressive: true }).toBuffer();

/** The picture with a segment behind its start that holds a whole picture, as EXIF does (a thumbnail in APP1). */
function withThumbnail(jpeg: Buffer, thumbnail: Buffer): Buffer {
  const segment = Buffer.concat([Buffer.of(0xff, 0xe1, 0, 0), thumbnail]);
  segment.writeUInt16BE(thumbnail.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

const SOS = Buffer.of(0xff, 0xda, 0, 2);
const START = Buffer.of(0xff, 0xd8);
const END = Buffer.of(0xff, 0xd9);
/** Entropy-coded data: stuffed zeros, restart markers and fill bytes may stand in it (ITU-T T.81, B.1.1.5). */
const coded = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.map((byte) => (byte === 0xff ? 0 : byte))),
      fc.constantFrom(Uint8Array.of(0xff, 0), Uint8Array.of(0xff, 0xd3), Uint8Array.of(0xff, 0xff, 0xd0)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts));
const segment = fc
  .tuple(fc.constantFrom(0xe0, 0xe1, 0xdb, 0xc4, 0xfe), fc.uint8Array({ maxLength: 60 }))
  .map(([code, bytes]) => Buffer.from([0xff, code, 0, bytes.length + 2, ...bytes]));
const jpegs = fc
  .tuple(fc.array(segment, { maxLength: 4 }), fc.array(coded, { minLength: 1, maxLength: 3 }))
  .map(([segments, scans]) => Buffer.concat([START, ...segments, ...scans.flatMap((scan) => [SOS, scan]), END]));
const frame = fc.oneof(jpegs, fc.constantFrom(baseline, progressive, withThumbnail(baseline, progressive)));
const cuts = fc.array(fc.nat(), { maxLength: 20 });

function pieces(stream: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return places.slice(1).map((end, i) => stream.slice(places[i], end));
}

/** What is pushed is overwritten. */
const copy = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes);
const plain = (frames: readonly Uint8Array[]): Buffer[] => frames.map((bytes) => Buffer.from(bytes));

test('however a stream of JPEGs is cut, the same pictures come out, and the pieces are overwritten', (t) => {
  const padded = fc.tuple(frame, fc.nat({ max: 40 }));
  const property = fc.property(fc.array(padded, { maxLength: 6 }), cuts, (sent, at) => {
    const splitter = new JpegSplitter();
    const parts = pieces(Buffer.concat(sent.flatMap(([jpeg, zeros]) => [jpeg, Buffer.alloc(zeros)])), at);
    const got = parts.flatMap((part) => splitter.push(part));
    t.same(
      plain(got),
      sent.map(([jpeg]) => jpeg),
    );
    return !splitter.strayed && parts.every((part) => part.every((byte) => byte === 0));
  });
  fc.assert(property, { numRuns: 300 });
  t.end();
});

test('a picture is complete with its last byte, not when the next one begins', (t) => {
  const splitter = new JpegSplitter();
  t.same(splitter.push(copy(baseline.subarray(0, -1))), []);
  t.equal(splitter.push(copy(END.subarray(1))).length, 1);
  t.end();
});

test('the end of a thumbnail is not the end of the picture', (t) => {
  const whole = withThumbnail(baseline, baseline);
  t.same(plain(new JpegSplitter().push(copy(whole))), [whole]);
  t.end();
});

test('a picture that broke off is left out, and so are bytes between pictures, both noted until a whole one comes', (t) => {
  const splitter = new JpegSplitter();
  const half = baseline.subarray(0, baseline.length >> 1);
  const [first, ...more] = splitter.push(copy(Buffer.concat([half, progressive])));
  t.same([first && Buffer.from(first), more], [progressive, []]);
  t.notOk(splitter.strayed);
  t.same(splitter.push(copy(half)), []);
  t.notOk(splitter.strayed, 'it may go on');
  t.same(splitter.push(copy(START)), []);
  t.ok(splitter.strayed);
  splitter.wipe();
  t.same(splitter.push(Buffer.from('--boundary\r\nContent-type: image/jpeg\r\n\r\n')), []);
  t.ok(splitter.strayed);
  t.same(plain(splitter.push(copy(baseline))), [baseline]);
  t.notOk(splitter.strayed);
  t.end();
});

test('tables without a picture are none', (t) => {
  const splitter = new JpegSplitter();
  t.same(splitter.push(copy(Buffer.concat([START, END]))), []);
  t.ok(splitter.strayed);
  t.end();
});

test('pictures that break off one after the other are garbage, and so is much that is none', (t) => {
  const garbage = { code: 'camera.garbage' };
  t.throws(() => new JpegSplitter().push(Buffer.concat(Array.from({ length: 10 }, () => START))), garbage);
  const text = new JpegSplitter();
  t.throws(() => {
    for (let i = 0; i < 100; i += 1) text.push(Buffer.alloc(10_000, 'no picture '));
  }, garbage);
  const zeros = new JpegSplitter();
  for (let i = 0; i < 100; i += 1) t.same(zeros.push(Buffer.alloc(100_000)), [], 'zeros only fill up');
  t.end();
});

test('the largest picture passes, a larger one is garbage before it is held', (t) => {
  const middle = (length: number): Buffer => Buffer.alloc(length - START.length - SOS.length - END.length, 7);
  const [largest] = new JpegSplitter().push(Buffer.concat([START, SOS, middle(LARGEST_FRAME), END]));
  t.equal(largest?.length, LARGEST_FRAME);
  for (const over of [1, 100_000]) {
    const large = Buffer.concat([START, SOS, middle(LARGEST_FRAME + over), END]);
    t.throws(() => new JpegSplitter().push(large), { code: 'camera.garbage' });
  }
  t.end();
});

test('hostile bytes give pictures or garbage, never anything else', (t) => {
  const odd = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    fc.constantFrom(START, END, SOS, Buffer.of(0xff), Buffer.of(0xff, 0xff), Buffer.of(0xff, 0xe1, 0xff, 0xff)),
    frame,
    frame.map((jpeg) => jpeg.subarray(0, jpeg.length >> 1)),
  );
  const property = fc.property(fc.array(odd, { maxLength: 30 }), cuts, (bytes, at) => {
    const splitter = new JpegSplitter();
    for (const part of pieces(Buffer.concat(bytes), at)) {
      try {
        for (const jpeg of splitter.push(part)) {
          if (!Buffer.from(jpeg).subarray(0, 2).equals(START) || !Buffer.from(jpeg).subarray(-2).equals(END))
            return false;
        }
      } catch (error) {
        if (!(error instanceof KioskError) || error.code !== 'camera.garbage') throw error;
      }
      if (!part.every((byte) => byte === 0)) return false;
    }
    splitter.wipe();
    return splitter.push(copy(baseline)).length === 1 && !splitter.strayed;
  });
  fc.assert(property, { numRuns: 500 });
  t.end();
});
