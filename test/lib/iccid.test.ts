import fc from 'fast-check';
import t from 'tap';
import { batchIccids, fromEf2fe2, luhnDigit, luhnHolds, toEf2fe2, writtenForms } from '../../src/lib/iccid.js';

const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((row) => row.join(''));

void t.test('the check digit of a known card is right, and any other is not', (t) => {
  t.equal(luhnDigit('896588081210001114'), '6');
  for (let digit = 0; digit <= 9; digit += 1) t.equal(luhnHolds(`896588081210001114${digit}`), digit === 6);
  t.notOk(luhnHolds(''));
  t.notOk(luhnHolds('0'));
  t.notOk(luhnHolds('89a'));
  t.throws(() => luhnDigit('89a'), RangeError);
  t.end();
});

void t.test('the check digit notices every wrong digit', (t) => {
  const property = fc.property(digits(17, 19), fc.nat(), fc.integer({ min: 1, max: 9 }), (account, at, error) => {
    const iccid = account + luhnDigit(account);
    const i = at % iccid.length;
    const wrong = iccid.slice(0, i) + String((Number(iccid[i]) + error) % 10) + iccid.slice(i + 1);
    return luhnHolds(iccid) && !luhnHolds(wrong);
  });
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});

void t.test('the bytes on a known card are its ICCID', (t) => {
  const bytes = Buffer.from('985688802101001141F6', 'hex');
  t.equal(fromEf2fe2(bytes), '8965880812100011146');
  t.same(toEf2fe2('8965880812100011146'), new Uint8Array(bytes));
  t.end();
});

void t.test('what is written to a card is read back', (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(digits(18, 20), (iccid) => fromEf2fe2(toEf2fe2(iccid)) === iccid)));
  t.end();
});

void t.test('bytes that are no ICCID are refused, and nothing else is made of them', (t) => {
  const read = (bytes: Uint8Array): boolean => {
    try {
      return /^\d{18,20}$/.test(fromEf2fe2(bytes));
    } catch (error) {
      return error instanceof RangeError;
    }
  };
  t.doesNotThrow(() => fc.assert(fc.property(fc.uint8Array({ maxLength: 12 }), read)));
  t.throws(() => fromEf2fe2(Buffer.from('985688802101001141', 'hex')), RangeError, 'too short');
  t.throws(() => fromEf2fe2(Buffer.from('98568880F101001141F6', 'hex')), RangeError, 'padding inside');
  t.throws(() => toEf2fe2('123'), RangeError);
  t.end();
});

void t.test('the cards of a batch are all different and valid', (t) => {
  const iccids = [...batchIccids(100), ...batchIccids(100, 101)];
  t.equal(new Set(iccids).size, 200);
  t.ok(iccids.every((iccid) => /^8986\d{16}$/.test(iccid) && luhnHolds(iccid)));
  t.end();
});

void t.test('a card is found in a list with and in one without its check digit', (t) => {
  const [long = ''] = batchIccids(1);
  const short = long.slice(0, -1);
  t.same(writtenForms(long), [long, short]);
  t.same(writtenForms(short), [short, long]);
  const misread = short + String((Number(long.at(-1)) + 1) % 10);
  t.same(writtenForms(misread), [misread], 'a wrong check digit is no check digit');
  t.end();
});
