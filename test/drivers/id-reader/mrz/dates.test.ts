import fc from 'fast-check';
import t from 'tap';
import { birthDate, expiryDate } from '../../../../drivers/id-reader/mrz/dates.js';

const TODAY = '20260401';

void t.test('a birth is the latest such day that is not in the future', (t) => {
  t.equal(birthDate('740812', TODAY), '19740812');
  t.equal(birthDate('260401', TODAY), '20260401', 'today');
  t.equal(birthDate('260402', TODAY), '19260402', 'tomorrow a hundred years ago');
  t.equal(birthDate('000229', TODAY), '20000229');
  t.end();
});

void t.test('an end of validity lies between 50 years ago and 49 years ahead', (t) => {
  t.equal(expiryDate('420415', TODAY), '20420415');
  t.equal(expiryDate('751231', TODAY), '20751231');
  t.equal(expiryDate('760101', TODAY), '19760101');
  t.equal(expiryDate('991231', TODAY), '19991231');
  t.equal(expiryDate('010101', '20990101'), '21010101');
  t.end();
});

void t.test('a date with unknown parts stays as it is', (t) => {
  for (const date of ['74<<<<', '7408<<', '<<<<<<', '']) {
    t.equal(birthDate(date, TODAY), date);
    t.equal(expiryDate(date, TODAY), date);
  }
  t.end();
});

void t.test('a date of the present century comes back whole, whatever the year today', (t) => {
  const twoDigits = (n: number): string => String(n).padStart(2, '0');
  const property = fc.property(
    fc.integer({ min: 2000, max: 2400 }),
    fc.integer({ min: -50, max: 49 }),
    (year, away) => {
      const full = `${year + away}0615`;
      t.equal(expiryDate(`${twoDigits((year + away) % 100)}0615`, `${year}0401`), full);
      if (away < 0) t.equal(birthDate(full.slice(2), `${year}0401`), full);
    },
  );
  fc.assert(property);
  t.end();
});
