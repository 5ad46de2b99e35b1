import fc from 'fast-check';
import t from 'tap';
import { encodeZone } from '../../../../drivers/emulator/id-reader/mrz-writer.js';
import { ZoneAssembler, type Zone } from '../../../../drivers/id-reader/mrz/zone-assembler.js';
import { person } from './bench.js';

const zones = (['TD1', 'TD2', 'TD3'] as const).map((layout) => encodeZone({ ...person, layout }));
const anyZone = fc.constantFrom(...zones);
const lineEnd = fc.constantFrom('\r', '\n', '\r\n', '\r\r\n');
/** No line end; characters of a zone too. */
const noise = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0d && byte !== 0x0a)));

const text = (zone: Zone, end = '\r'): Buffer => Buffer.from(zone.map((line) => line + end).join(''), 'latin1');

/** What is found when the bytes arrive in pieces of these sizes. */
function found(bytes: Uint8Array, sizes: readonly number[], assembler = new ZoneAssembler()): Zone[] {
  const all: Zone[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    all.push(...assembler.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return all;
}

const sizes = fc.array(fc.nat({ max: 60 }));

void t.test('every zone is found, whatever ends its lines, comes before it, and wherever it is split', (t) => {
  const said = fc.tuple(noise, anyZone, lineEnd);
  const property = fc.property(fc.array(said, { maxLength: 5 }), sizes, (all, sizes) => {
    const bytes = Buffer.concat(all.flatMap(([before, zone, end]) => [before, text(zone, end)]));
    t.same(
      found(bytes, sizes),
      all.map(([, zone]) => zone),
    );
  });
  fc.assert(property);
  t.end();
});

void t.test('bytes that are no characters of a zone do not break a line', (t) => {
  const junk = fc.constantFrom(0x00, 0x02, 0x03, 0x20, 0x61, 0xff);
  const property = fc.property(anyZone, fc.array(fc.tuple(fc.nat(), junk)), (zone, strewn) => {
    const bytes = [...text(zone)];
    for (const [at, byte] of strewn) bytes.splice(at % bytes.length, 0, byte);
    t.same(found(Uint8Array.from(bytes), []), [zone]);
  });
  fc.assert(property);
  t.end();
});

void t.test('a zone that lost a character, or has one too many, is none', (t) => {
  const property = fc.property(anyZone, fc.nat(), fc.boolean(), (zone, where, more) => {
    const bytes = [...text(zone)];
    // From the second line on: noise may stand before the first.
    const first = (zone[0]?.length ?? 0) + 1;
    let at = first + (where % (bytes.length - first));
    if (bytes[at] === 0x0d) at -= 1;
    bytes.splice(at, more ? 0 : 1, ...(more ? [0x41] : []));
    const assembler = new ZoneAssembler();
    t.same(found(Uint8Array.from(bytes), [], assembler), []);
    t.ok(assembler.end(), 'but something of one');
    t.notOk(assembler.begun);
  });
  fc.assert(property);
  t.end();
});

void t.test('when a line was lost, the next whole zone is found', (t) => {
  for (const zone of zones) {
    for (let lost = 0; lost < zone.length; lost += 1) {
      const bytes = Buffer.concat([text(zone.filter((_line, i) => i !== lost)), text(zone)]);
      t.same(found(bytes, []), [zone]);
    }
  }
  t.end();
});

void t.test('whatever arrives, what is found has the form of a zone', (t) => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    anyZone.map((zone) => text(zone)),
    fc.constant(text(['A'.repeat(44)])),
  );
  const property = fc.property(fc.array(piece), sizes, (pieces, sizes) => {
    for (const zone of found(Buffer.concat(pieces), sizes)) {
      const widths = [...new Set(zone.map((line) => line.length))];
      t.ok(['30 3', '36 2', '44 2'].includes(`${widths.join()} ${zone.length}`));
      t.ok(zone.every((line) => /^[A-Z0-9<]+$/.test(line)));
    }
  });
  fc.assert(property);
  t.end();
});

void t.test('a reader that never ends a line costs neither memory nor time', (t) => {
  const assembler = new ZoneAssembler();
  const chunk = Buffer.alloc(1_000_000, 'A<');
  const begun = performance.now();
  const before = process.memoryUsage().heapUsed;
  for (let megabytes = 0; megabytes < 5; megabytes += 1) t.same(assembler.push(chunk), []);
  t.ok(process.memoryUsage().heapUsed - before < 50e6, 'less than 50 MB');
  t.ok(performance.now() - begun < 10_000, 'five megabytes in ten seconds');
  t.same(assembler.push(Buffer.concat([Buffer.from('\r'), text(zones[2] ?? [])])), [zones[2]]);
  t.end();
});
