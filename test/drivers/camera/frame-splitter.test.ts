import fc from 'fast-check';
import { test } from 'tap';
import { FrameSplitter, LARGEST_FRAME, lengthPrefixed } from '../../../drivers/camera/frame-splitter.js';

const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 12 });
const cuts = fc.array(fc.nat(), { maxLength: 20 });

/** The stream in pieces, cut anywhere. */
function pieces(stream: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return places.slice(1).map((end, i) => stream.slice(places[i], end));
}

const header = (length: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
};

test('however a stream of frames is cut, the same frames come out, and the pieces are overwritten', (t) => {
  const property = fc.property(frames, cuts, (sent, at) => {
    const splitter = new FrameSplitter();
    const parts = pieces(Buffer.concat(sent.map(lengthPrefixed)), at);
    const got = parts.flatMap((part) => splitter.push(part));
    t.same(got, sent);
    return parts.every((part) => part.every((byte) => byte === 0));
  });
  fc.assert(property);
  t.end();
});

test('a frame that claims to be empty or larger than any is refused wherever its length is cut', (t) => {
  const wrong = fc.oneof(fc.constant(0), fc.integer({ min: LARGEST_FRAME + 1, max: 0xff_ff_ff_ff }));
  const property = fc.property(frames, wrong, cuts, (before, length, at) => {
    const splitter = new FrameSplitter();
    const parts = pieces(Buffer.concat([...before.map(lengthPrefixed), header(length)]), at);
    t.throws(() => parts.forEach((part) => splitter.push(part)), RangeError);
  });
  fc.assert(property);
  t.end();
});

test('the largest frame passes', (t) => {
  const splitter = new FrameSplitter();
  t.same(splitter.push(header(LARGEST_FRAME)), []);
  t.same(splitter.push(new Uint8Array(LARGEST_FRAME - 1).fill(7)), []);
  const [frame] = splitter.push(Uint8Array.of(7));
  t.equal(frame?.length, LARGEST_FRAME);
  t.ok(frame?.every((byte) => byte === 7));
  t.end();
});

test('after a wipe the splitter begins with a new frame', (t) => {
  const splitter = new FrameSplitter();
  splitter.push(lengthPrefixed(Uint8Array.of(1, 2, 3)).subarray(0, 6));
  splitter.wipe();
  t.same(splitter.push(lengthPrefixed(Uint8Array.of(9))), [Uint8Array.of(9)]);
  splitter.push(header(9).subarray(0, 2));
  splitter.wipe();
  t.same(splitter.push(lengthPrefixed(Uint8Array.of(8))), [Uint8Array.of(8)]);
  t.end();
});
