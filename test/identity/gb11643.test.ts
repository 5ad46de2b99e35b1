import fc from 'fast-check';
import { test } from 'tap';
import { birthOf, checkCharacter, numberProblem } from '../../src/identity/gb11643.js';

/** The first two are the examples of GB 11643-1999 itself. */
const PUBLISHED = ['11010519491231002X', '440524188001010014', '53010219200508011X'] as const;

const CHARACTERS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'X'] as const;

const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.nat(9), { minLength: length, maxLength: length }).map((row) => row.join(''));
/** Any number that keeps GB 11643. */
const validNumber = fc.tuple(digits(6), day, digits(3)).map(([region, birth, sequence]) => {
  const body = region + birth.toISOString().slice(0, 10).replaceAll('-', '') + sequence;
  return body + checkCharacter(body);
});
const replaced = (number: string, at: number, character: string): string =>
  number.slice(0, at) + character + number.slice(at + 1);

for (const number of PUBLISHED) {
  test(`the published example ${number} is a good number`, (t) => {
    t.equal(checkCharacter(number.slice(0, 17)), number.at(-1), 'check character');
    t.equal(numberProblem(number), undefined);
    t.end();
  });
}

test('a wrong check digit and an impossible date are told apart', (t) => {
  t.equal(numberProblem('110101197608056896'), 'check-digit');
  t.equal(checkCharacter('12345678901234567'), '7');
  t.equal(numberProblem('123456789012345677'), 'date', 'the check digit is right, month 12 has no day 34');
  t.end();
});

test('the date of birth inside a number may be 29 February only in a leap year', (t) => {
  const born = (birth: string): string => `110101${birth}001${checkCharacter(`110101${birth}001`)}`;
  t.equal(birthOf(born('20000229')), '20000229');
  t.equal(numberProblem(born('20000229')), undefined);
  t.equal(numberProblem(born('20010229')), 'date');
  t.equal(numberProblem(born('19000229')), 'date');
  t.end();
});

test('whatever is not 17 digits and a digit or X has the wrong form', (t) => {
  const wrong = ['', '1', '11010519491231002x', '1101051949123100X2', ' 11010519491231002X', '11010519491231002X\n'];
  for (const number of [...wrong, '１１010519491231002X', '11010519491231002', '130503670401001'])
    t.equal(numberProblem(number), 'form', JSON.stringify(number));
  t.end();
});

test('every number made by the rule is good', (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(validNumber, (number) => numberProblem(number) === undefined)));
  t.end();
});

test('the check character makes the sum of all, weighted by powers of two, 1 modulo 11 (ISO 7064 MOD 11-2)', (t) => {
  const property = fc.property(validNumber, (number) => {
    const values = Array.from(number, (character) => (character === 'X' ? 10 : Number(character)));
    return values.reduce((sum, value) => (sum * 2 + value) % 11, 0) === 1;
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1_000 }));
  t.end();
});

test('one wrong character is always noticed', (t) => {
  const property = fc.property(validNumber, fc.nat(17), fc.constantFrom(...CHARACTERS), (number, at, character) => {
    fc.pre(number[at] !== character);
    const problem = numberProblem(replaced(number, at, character));
    return problem === (character === 'X' && at < 17 ? 'form' : 'check-digit');
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 2_000 }));
  t.end();
});

test('two neighbours that changed places are always noticed (ISO 7064)', (t) => {
  const property = fc.property(validNumber, fc.nat(16), (number, at) => {
    const left = number.charAt(at);
    const right = number.charAt(at + 1);
    fc.pre(left !== right);
    return numberProblem(replaced(replaced(number, at, right), at + 1, left)) !== undefined;
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 2_000 }));
  t.end();
});

test('no text makes the check of a number throw', (t) => {
  const isAnswer = (text: string): boolean => [undefined, 'form', 'check-digit', 'date'].includes(numberProblem(text));
  t.doesNotThrow(() => fc.assert(fc.property(fc.string({ unit: 'binary' }), isAnswer)));
  t.end();
});
