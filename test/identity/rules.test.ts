import { test } from 'tap';
import type { DocumentFields } from '../../src/contracts/id-reader.js';
import { checkCharacter } from '../../src/identity/gb11643.js';
import { checkDocument } from '../../src/identity/rules.js';

const TODAY = '20260401';
const RULES = { accepted: ['resident', 'hmt-residence-permit', 'foreign-permanent-resident'], minimumAge: 16 } as const;

const numberOf = (birth: string): string => `110101${birth}001${checkCharacter(`110101${birth}001`)}`;
/** A resident's card that is good in every way, but for what the test changes. */
function card(changes: Partial<DocumentFields> = {}): DocumentFields {
  const birth = changes.birth ?? '19900101';
  return {
    type: 'resident',
    layout: ' ',
    name: '测试',
    sex: 'M',
    birth,
    number: numberOf(birth),
    nationality: 'CHN',
    validFrom: '20200101',
    validTo: '20400101',
    ...changes,
  };
}
const check = (changes: Partial<DocumentFields> = {}, today = TODAY): string | undefined =>
  checkDocument(card(changes), RULES, today);

test('a good document is accepted', (t) => {
  t.equal(check(), undefined);
  t.equal(check({ sex: 'F' }), undefined);
  t.equal(check({ type: 'hmt-residence-permit', layout: 'J' }), undefined);
  t.end();
});

test('a kind of document that is not sold to is refused, before anything else is looked at', (t) => {
  t.equal(checkDocument(card({ type: 'mrz' }), RULES, TODAY), 'document.unsupported');
  t.equal(check({ type: 'mrz', name: '', number: '' }), 'document.unsupported');
  t.equal(checkDocument(card(), { ...RULES, accepted: ['mrz'] }, TODAY), 'document.unsupported');
  t.end();
});

test('a document without name, number or sex, or with a number of the wrong form, is malformed', (t) => {
  t.equal(check({ name: '' }), 'document.malformed');
  t.equal(check({ number: '' }), 'document.malformed');
  t.equal(check({ sex: '' }), 'document.malformed');
  t.equal(check({ sex: '1' }), 'document.malformed');
  t.equal(check({ number: '130503670401001' }), 'document.malformed');
  t.end();
});

test('a foreign resident of the layout of 2017 has a number of three letters and twelve digits', (t) => {
  const foreign = { type: 'foreign-permanent-resident', layout: 'I', nationality: 'CAN' } as const;
  t.equal(check({ ...foreign, number: 'CAN110190010101' }), undefined);
  t.equal(check({ ...foreign, number: 'CAN11019001010' }), 'document.malformed');
  t.equal(check({ ...foreign, number: numberOf('19900101') }), 'document.malformed');
  t.equal(check({ ...foreign, layout: 'Y' }), undefined, 'the layout of 2023 has a citizen number');
  t.end();
});

test('a wrong check digit is refused (GB 11643)', (t) => {
  const right = numberOf('19900101');
  const wrong = right.slice(0, 17) + (right.endsWith('0') ? '1' : '0');
  t.equal(check({ number: wrong }), 'document.check-digit');
  t.equal(check({ number: '110101197608056896', birth: '19760805' }), 'document.check-digit');
  t.end();
});

test('a date that does not exist or contradicts another is refused', (t) => {
  const wrong: Readonly<Record<string, Partial<DocumentFields>>> = {
    'a day that does not exist': { birth: '19900230' },
    'a leap day in an ordinary year': { birth: '19910229' },
    'a birth in the future': { birth: '20260402' },
    'a birth other than in the number': { birth: '19900102', number: numberOf('19900101') },
    'an impossible day in the number': { number: '123456789012345677' },
    'no beginning': { validFrom: '' },
    'a beginning that does not exist': { validFrom: '20200230' },
    'no end': { validTo: '' },
    'an end that does not exist': { validTo: '20400431' },
    'an end before the beginning': { validFrom: '20300101', validTo: '20290101' },
    'long-term written in another way': { validTo: 'forever' },
    'long-term in the wrong place': { validFrom: 'long-term' },
  };
  for (const [name, changes] of Object.entries(wrong)) t.equal(check(changes), 'document.bad-date', name);
  t.end();
});

test('a machine-readable zone does not say since when it is valid, and has no number of GB 11643', (t) => {
  const passport = { type: 'mrz', layout: 'TD3', number: 'L898902C3', nationality: 'D', issuer: 'D' } as const;
  const rules = { ...RULES, accepted: ['mrz'] } as const;
  const check = (changes: Partial<DocumentFields>): string | undefined =>
    checkDocument(card({ ...passport, validFrom: '', ...changes }), rules, TODAY);
  t.equal(check({}), undefined);
  t.equal(check({ validTo: '20260331' }), 'document.expired');
  t.equal(check({ validTo: '<<<<<<' }), 'document.bad-date');
  t.equal(check({ birth: '1990<<<<' }), 'document.bad-date', 'an age that nobody can tell');
  t.equal(check({ birth: '20150101' }), 'document.under-age');
  t.equal(check({ number: '' }), 'document.malformed');
  t.equal(check({ sex: '' }), 'document.malformed');
  t.equal(check({ validFrom: '20200230' }), 'document.bad-date', 'if it did say');
  t.end();
});

test('somebody born on 29 February has a document like everybody else', (t) => {
  t.equal(check({ birth: '20000229' }), undefined);
  t.equal(check({ birth: '20080229', validTo: '20280229' }, '20240228'), 'document.under-age');
  t.equal(check({ birth: '20080229', validTo: '20280229' }, '20240229'), undefined);
  t.end();
});

test('a document counts from its first day to its last, both included', (t) => {
  const span = { validFrom: '20200610', validTo: '20300610' };
  t.equal(check(span, '20200609'), 'document.not-yet-valid');
  t.equal(check(span, '20200610'), undefined);
  t.equal(check(span, '20300610'), undefined);
  t.equal(check(span, '20300611'), 'document.expired');
  t.end();
});

test('a long-term document does not expire, but it does begin', (t) => {
  t.equal(check({ birth: '19500101', validTo: 'long-term' }, '20991231'), undefined);
  t.equal(check({ validFrom: '20270101', validTo: 'long-term' }), 'document.not-yet-valid');
  t.end();
});

test('a holder below the minimum age is refused until the birthday', (t) => {
  t.equal(check({ birth: '20100402' }), 'document.under-age');
  t.equal(check({ birth: '20100401' }), undefined);
  t.equal(checkDocument(card({ birth: '20250101' }), { ...RULES, minimumAge: 0 }, TODAY), undefined);
  t.end();
});

test('of several reasons the first in the order of the checks is named', (t) => {
  const child = { birth: '20200101' };
  const expired = { ...child, validFrom: '20210101', validTo: '20250101' };
  t.equal(check(child), 'document.under-age');
  t.equal(check(expired), 'document.expired', 'expired before under age');
  const future = { ...child, validFrom: '20270101' };
  t.equal(check(future), 'document.not-yet-valid', 'not yet valid before under age');
  t.equal(check({ ...expired, validTo: '20250231' }), 'document.bad-date', 'a bad date before expired');
  const number = numberOf('20200101');
  const wrong = number.slice(0, 17) + (number.endsWith('0') ? '1' : '0');
  t.equal(check({ ...expired, validTo: '', number: wrong }), 'document.check-digit', 'check digit before the dates');
  t.equal(check({ ...expired, number: wrong, name: '' }), 'document.malformed', 'form before the check digit');
  t.end();
});
