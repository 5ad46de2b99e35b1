import fc from 'fast-check';
import t from 'tap';
import { commands, MIN_REQUEST } from '../../../../drivers/id-reader/sam/constants.js';
import { responseOf, type ParsedFrame } from '../../../../drivers/id-reader/sam/frame.js';
import { FrameParser } from '../../../../drivers/id-reader/sam/parser.js';
import { frameOf, requestFrame } from '../../../../drivers/id-reader/sam/writer.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const FOUND = hex('AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97');
const SELECTED = hex('AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C');

const frame = (body: ArrayLike<number>): ParsedFrame => ({ kind: 'frame', body: Uint8Array.from(body) });
const bad = (flaw: 'length' | 'checksum'): ParsedFrame => ({ kind: 'bad', flaw });

/** Never the beginning of a preamble's end, so never a preamble. */
const noise = fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.map((byte) => (byte === 0x69 ? 0xaa : byte)));
const body = fc.uint8Array({ minLength: 3, maxLength: 1_300 });

void t.test('the requests are those of the published implementations, byte for byte', (t) => {
  t.same(Buffer.from(requestFrame(commands.find)), hex('AA AA AA 96 69 00 03 20 01 22'));
  t.same(Buffer.from(requestFrame(commands.select)), hex('AA AA AA 96 69 00 03 20 02 21'));
  t.same(Buffer.from(requestFrame(commands.read)), hex('AA AA AA 96 69 00 03 30 01 32'));
  t.same(Buffer.from(requestFrame(commands.readWithFingerprint)), hex('AA AA AA 96 69 00 03 30 10 23'));
  t.same(new FrameParser(MIN_REQUEST).push(requestFrame(commands.find)), [frame([0x20, 0x01])]);
  t.end();
});

void t.test('the answers are those of the published implementations, byte for byte', (t) => {
  const [found, selected] = new FrameParser().push(Buffer.concat([FOUND, SELECTED]));
  t.same(found, frame([0, 0, 0x9f, 0, 0, 0, 0]));
  t.same(selected, frame([0, 0, 0x90, 0, 0, 0, 0, 0, 0, 0, 0]));
  t.same(responseOf(Uint8Array.of(0, 0, 0x41)), { status: 0x41, data: new Uint8Array(0) });
  t.end();
});

void t.test('the answer to read is 1,295 bytes long', (t) => {
  const data = [0, 0, 0x90, 0x01, 0x00, 0x04, 0x00, ...new Uint8Array(256 + 1_024).fill(7)];
  const bytes = frameOf(data);
  t.equal(bytes.length, 1_295);
  t.same(Buffer.from(bytes.subarray(0, 14)), hex('AA AA AA 96 69 05 08 00 00 90 01 00 04 00'));
  t.same(new FrameParser().push(bytes), [frame(data)]);
  t.end();
});

void t.test('a wrong checksum is reported, and the next frame is found', (t) => {
  const damaged = Buffer.from(SELECTED);
  damaged[10] = 1;
  t.same(new FrameParser().push(Buffer.concat([damaged, FOUND])), [bad('checksum'), frame(FOUND.subarray(7, -1))]);
  t.end();
});

void t.test('a length that no frame has is reported at once, and the next frame is found', (t) => {
  for (const length of ['00 00', '00 03', '10 01', 'FF FF']) {
    const parser = new FrameParser();
    t.same(parser.push(hex(`AA AA AA 96 69 ${length}`)), [bad('length')], length);
    t.notOk(parser.pending());
    t.same(parser.push(FOUND), [frame(FOUND.subarray(7, -1))]);
  }
  t.end();
});

void t.test('a length that claims too much swallows no frame for good', (t) => {
  const parser = new FrameParser();
  const long = Buffer.from(FOUND);
  long[6] = 0x0c;
  t.same(parser.push(long), []);
  t.ok(parser.pending(), 'the frame has begun and not ended');
  t.same(parser.push(SELECTED), [bad('checksum'), frame(SELECTED.subarray(7, -1))]);
  t.end();
});

void t.test('a frame that has begun can be forgotten', (t) => {
  const parser = new FrameParser();
  parser.push(FOUND.subarray(0, 9));
  t.ok(parser.pending());
  parser.reset();
  t.notOk(parser.pending());
  t.same(parser.push(FOUND), [frame(FOUND.subarray(7, -1))]);
  t.end();
});

void t.test('frames are the same in whatever pieces and between whatever noise they arrive', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(noise, body), { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 50 }),
      (parts, sizes) => {
        const bytes = Buffer.concat(parts.flatMap(([before, body]) => [before, frameOf(body)]));
        const parser = new FrameParser();
        const found: ParsedFrame[] = [];
        for (let at = 0, i = 0; at < bytes.length; i += 1) {
          const size = sizes[i % sizes.length] ?? 1;
          found.push(...parser.push(bytes.subarray(at, at + size)));
          at += size;
        }
        t.same(
          found,
          parts.map(([, body]) => frame(body)),
        );
        return !parser.pending();
      },
    ),
  );
  t.end();
});

void t.test('no bytes make the parser throw, and it finds the next frame after a reset', (t) => {
  const preamble = fc.constant(Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69));
  const chunks = fc.array(fc.oneof(fc.uint8Array({ maxLength: 64 }), preamble), { maxLength: 30 });
  fc.assert(
    fc.property(chunks, (chunks) => {
      const parser = new FrameParser();
      for (const chunk of chunks) parser.push(chunk);
      parser.reset();
      t.same(parser.push(FOUND), [frame(FOUND.subarray(7, -1))]);
    }),
  );
  t.end();
});
