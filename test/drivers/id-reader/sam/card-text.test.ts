import fc from 'fast-check';
import t from 'tap';
import { encodeCardText, type CastDocument } from '../../../../drivers/emulator/id-reader/card-text-writer.js';
import { decodeCardText } from '../../../../drivers/id-reader/sam/card-text.js';
import { person, personFields } from './bench.js';

const permit: CastDocument = {
  ...person,
  type: 'hmt-residence-permit',
  name: '陳大文',
  sex: '2',
  validTo: '20300101',
  passNumber: 'H12345678',
  issueCount: '01',
};

const foreigner: CastDocument = {
  type: 'foreign-permanent-resident',
  layout: 'I',
  name: 'DOE, JANE',
  chineseName: '多简',
  sex: '2',
  birth: '19810803',
  number: 'CAN110081080310',
  authority: '1500',
  validFrom: '20150101',
  validTo: '20250101',
  nationality: 'CAN',
};

const expected = {
  type: 'foreign-permanent-resident',
  name: 'DOE, JANE',
  sex: 'F',
  birth: '19810803',
  number: 'CAN110081080310',
  nationality: 'CAN',
  validFrom: '20150101',
  validTo: '20250101',
};

void t.test('a resident’s card is decoded field by field', (t) => {
  const text = encodeCardText(person);
  t.equal(text.length, 256);
  t.same(decodeCardText(text), personFields);
  t.end();
});

void t.test('the text lies where GA/T 490 puts it, byte for byte', (t) => {
  const text = Buffer.from(encodeCardText(person));
  t.equal(text.subarray(0, 6).toString('hex'), '205f094e2000', '张三 and a blank');
  t.equal(text.subarray(30, 32).toString('hex'), '3100', 'sex');
  t.equal(text.subarray(36, 52).toString('utf16le'), '19491231', 'birth');
  t.equal(text.subarray(122, 158).toString('utf16le'), '11010519491231002X', 'number');
  t.equal(text.subarray(188, 204).toString('utf16le'), '20150101', 'valid from');
  t.equal(text.subarray(204, 220).toString('utf16le'), '长期      ', 'valid to');
  t.equal(text.subarray(248, 250).toString('utf16le'), ' ', 'type letter');
  t.end();
});

void t.test('a residence permit of Hong Kong, Macau and Taiwan people says no nationality', (t) => {
  t.same(decodeCardText(encodeCardText(permit)), {
    ...personFields,
    type: 'hmt-residence-permit',
    layout: 'J',
    name: '陳大文',
    sex: 'F',
    nationality: '',
    validTo: '20300101',
  });
  t.end();
});

void t.test('a foreign permanent resident’s card has its English name, or else the Chinese one', (t) => {
  for (const layout of ['I', 'Y'] as const) {
    t.same(decodeCardText(encodeCardText({ ...foreigner, layout })), { ...expected, layout }, layout);
    t.equal(decodeCardText(encodeCardText({ ...foreigner, layout, name: '' })).name, '多简', layout);
  }
  t.end();
});

void t.test('a long English name of the 2023 layout goes on in a second field', (t) => {
  for (const name of ['A'.repeat(46), `${'B'.repeat(34)} ${'C'.repeat(11)}`, 'D'.repeat(35)]) {
    t.equal(decodeCardText(encodeCardText({ ...foreigner, layout: 'Y', name })).name, name);
  }
  t.end();
});

void t.test('a sex that is neither 1 nor 2 is X', (t) => {
  for (const sex of ['0', '9', '']) t.equal(decodeCardText(encodeCardText({ ...person, sex })).sex, 'X');
  t.end();
});

void t.test('NULs fill a field as well as blanks do', (t) => {
  const text = encodeCardText(person).map((byte) => (byte === 0x20 ? 0 : byte));
  t.same(decodeCardText(text.map((byte, i) => (i === 0 ? 0x20 : byte))).name, personFields.name);
  t.same(decodeCardText(text).layout, ' ');
  t.end();
});

void t.test('what is no text of a card is malformed', (t) => {
  const text = (change: (text: Uint8Array) => void): Uint8Array => {
    const bytes = encodeCardText(person);
    change(bytes);
    return bytes;
  };
  const malformed = { code: 'document.malformed' };
  t.throws(() => decodeCardText(new Uint8Array(255)), malformed);
  t.throws(() => decodeCardText(text((bytes) => bytes.set([0x51, 0], 248))), malformed, 'an unknown letter');
  t.throws(() => decodeCardText(text((bytes) => bytes.set([0, 0xd8, 0x41, 0], 0))), malformed, 'half a surrogate pair');
  t.throws(() => decodeCardText(text((bytes) => bytes.set([0, 0xdc], 248))), malformed, 'half a pair as the letter');
  t.end();
});

/** Text that fits so many UTF-16 units and that trimming leaves alone. */
const words = (units: number, minLength = 0): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'binary', minLength, maxLength: units })
    .filter((text) => text.length <= units && text.length >= minLength && !/^[ \0]|[ \0]$/.test(text));
const digits = fc.stringMatching(/^[0-9]{8}$/);
/** From a script that no other field here uses, so that a letter of it could only come from there. */
const secret = (units: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[а-я]{1,${units}}$`));
const latin = (units: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[A-Z]([A-Z ,]{0,${units - 2}}[A-Z])?$`));

const cast = fc.record({
  type: fc.constantFrom('resident' as const, 'hmt-residence-permit' as const, 'foreign-permanent-resident' as const),
  layout: fc.constantFrom('I' as const, 'Y' as const),
  name: fc.oneof(
    latin(15),
    words(15, 1).filter((name) => !/[а-я]/.test(name)),
  ),
  chineseName: latin(15),
  sex: fc.constantFrom('1', '2'),
  ethnicity: secret(2),
  birth: digits,
  address: secret(35),
  number: fc.stringMatching(/^[A-Z]{3}[0-9]{12}$/),
  authority: secret(4),
  validFrom: digits,
  validTo: fc.oneof(digits, fc.constant('长期'), fc.constant('long-term')),
  nationality: fc.stringMatching(/^[A-Z]{3}$/),
  passNumber: secret(9),
  issueCount: secret(2),
});

void t.test('every layout comes back as it was written, without what the sale does not need', (t) => {
  fc.assert(
    fc.property(cast, (document) => {
      const fields = decodeCardText(encodeCardText(document));
      const { type, name, birth, number, validFrom } = document;
      t.match(fields, { type, birth, number, validFrom });
      t.equal(fields.name, name);
      t.equal(fields.sex, document.sex === '1' ? 'M' : 'F');
      t.equal(fields.validTo, document.validTo === '长期' ? 'long-term' : document.validTo);
      return !/[а-я]/.test(Object.values(fields).join(''));
    }),
  );
  t.end();
});

void t.test('no 256 bytes do anything but decode or be malformed', (t) => {
  const letters = fc.constantFrom(0x20, 0x4a, 0x49, 0x59);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), letters, (text, letter) => {
      text.set([letter, 0], 248);
      try {
        decodeCardText(text);
      } catch (error) {
        t.match(error, { code: 'document.malformed' });
      }
    }),
  );
  t.end();
});
