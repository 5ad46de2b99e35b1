import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import t, { test } from 'tap';
import { Bench } from '../support/bench.js';
import { citizenNumber, holder, portrait, resident, type CastVisitor } from '../support/cast.js';

t.setTimeout(230_000);

/** A JPEG whose header claims 20,000×20,000 pixels (ITU-T T.81, B.2.2: height and width after the precision). */
async function hugeClaim(): Promise<Buffer> {
  const jpeg = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#777' } })
    .jpeg()
    .toBuffer();
  const frameHeader = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  jpeg.writeUInt16BE(20_000, frameHeader + 5);
  jpeg.writeUInt16BE(20_000, frameHeader + 7);
  return jpeg;
}

/** Three people side by side. */
async function threePeople(): Promise<Buffer> {
  const people = await Promise.all([1, 2, 4].map((person) => sharp(portrait(person)).resize(400, 500).toBuffer()));
  return sharp({ create: { width: 1_200, height: 500, channels: 3, background: '#777' } })
    .composite(people.map((input, index) => ({ input, left: 400 * index, top: 0 })))
    .jpeg()
    .toBuffer();
}

const empty = () =>
  sharp({ create: { width: 800, height: 600, channels: 3, background: '#8a8f94' } })
    .jpeg()
    .toBuffer();

test(
  'bad documents and pictures: each its own code, and the next customer is served',
  { timeout: 180_000 },
  async (t) => {
    const dir = t.testdir();
    const file = async (name: string, bytes: Uint8Array): Promise<string> => {
      await writeFile(join(dir, name), bytes);
      return join(dir, name);
    };
    const whole = await sharp(portrait(1)).jpeg().toBuffer();
    const truncated = await file('truncated.jpg', whole.subarray(0, whole.length >> 1));
    const huge = await file('huge.jpg', await hugeClaim());
    const three = await file('three.jpg', await threePeople());
    const nobody = await file('nobody.jpg', await empty());
    const text = await file('text.jpg', Buffer.from('this is no picture'));

    const shows = (face: string): CastVisitor => holder(1, { faces: [face] });
    const carries = (changes: Readonly<Record<string, string>>): CastVisitor =>
      holder(1, { document: resident(1, changes) });
    const wrongDigit = citizenNumber('19900101').replace(/.$/, (last) => (last === '0' ? '1' : '0'));

    const cases: readonly (readonly [string, CastVisitor, string])[] = [
      ['a truncated picture from the camera', shows(truncated), 'failed face.image-unreadable'],
      ['a picture that claims 20,000×20,000', shows(huge), 'failed face.image-too-large'],
      ['three people', shows(three), 'refused-face face.several-faces'],
      ['nobody in front of the camera', shows(nobody), 'abandoned face.no-face'],
      ['a photo field that is no image', carries({ photo: text }), 'refused-document document.photo-unreadable'],
      ['a photo field without a face', carries({ photo: nobody }), 'refused-document document.photo-no-face'],
      ['a wrong check digit', carries({ number: wrongDigit }), 'refused-document document.check-digit'],
      [
        'an impossible date',
        carries({ birth: '19900230', number: citizenNumber('19900230') }),
        'refused-document document.bad-date',
      ],
      ['a past date', carries({ validTo: '20210101' }), 'refused-document document.expired'],
      ['a card pulled away', holder(1, { behaviour: 'pulls-document' }), 'refused-document document.removed'],
      ['a card left behind', holder(1, { behaviour: 'leaves-card' }), 'retained dispenser.not-taken'],
      ['a customer who walks away', holder(1, { behaviour: 'walks-away' }), 'abandoned face.no-face'],
      ['a good customer after all of them', holder(1), 'sold'],
    ];
    const bench = await Bench.start(t, { visitors: cases.map(([, visitor]) => visitor) });
    const endings = await bench.serve(cases.length);
    for (const [index, [what, , expected]] of cases.entries()) {
      const ending = endings[index];
      t.equal([ending?.outcome, ending?.reason].filter(Boolean).join(' '), expected, what);
    }
    t.match(await bench.settled(), { consistent: true });
  },
);

test('a noisy reader: wrong checksums and lengths are read again, and a status is told', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const { faults } = bench.world.emulator.reader;
  await bench.idle();
  faults.corruptNext = 1;
  t.equal(await bench.visit(), 'sold', 'a wrong checksum');
  faults.wrongLengthNext = 1;
  t.equal(await bench.visit(), 'sold', 'a wrong length');
  faults.statusNext = 0x33;
  t.match(await bench.visit(), /^(sold|refused-document document\.not-genuine)$/, 'not genuine at first');
  t.match(await bench.settled(), { consistent: true });
});

test('a carrier that never answers, one that refuses: no card leaves, and the next customer is served', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.idle();
  bench.world.carrier.setPolicy('silent');
  t.equal(await bench.visit(), 'refused-carrier carrier.no-answer');
  bench.world.carrier.setPolicy('refuse');
  t.equal(await bench.visit(), 'refused-carrier carrier.refused');
  bench.world.carrier.setPolicy('rules');
  t.equal(await bench.visit(), 'sold');
  t.match(await bench.settled(), { consistent: true, cards: { taken: 1, retained: 0 } });
});
