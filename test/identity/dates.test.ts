import fc from 'fast-check';
import { test } from 'tap';
import { ageOn, isCalendarDate } from '../../src/identity/dates.js';

const compact = (date: Date): string => date.toISOString().slice(0, 10).replaceAll('-', '');
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((date) => compact(date));

test('days that exist', (t) => {
  for (const date of ['19000101', '20000229', '20240229', '20991231', '99991231']) t.ok(isCalendarDate(date), date);
  t.end();
});

test('days that do not exist', (t) => {
  const wrong = ['20230229', '19000229', '21000229', '20230431', '20231301', '20230001', '20230100', '17991231'];
  for (const date of [...wrong, '00990101', '00000000']) t.notOk(isCalendarDate(date), date);
  t.end();
});

test('what is not eight digits is no day', (t) => {
  for (const date of ['', '2023', '2023-01-01', '202301011', '2023010a', ' 20230101', '２０２３0101', 'long-term'])
    t.notOk(isCalendarDate(date), JSON.stringify(date));
  t.end();
});

test('every day of the calendar is one, and the day after the last of a month is none', (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(day, (date) => isCalendarDate(date))));
  const monthEnd = fc.property(fc.integer({ min: 1900, max: 2199 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
    const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const at = (date: number): string => `${year}${String(month).padStart(2, '0')}${String(date).padStart(2, '0')}`;
    return isCalendarDate(at(last)) && !isCalendarDate(at(last + 1));
  });
  t.doesNotThrow(() => fc.assert(monthEnd));
  t.end();
});

test('somebody turns sixteen on the birthday, not the day before', (t) => {
  t.equal(ageOn('20080615', '20240614'), 15);
  t.equal(ageOn('20080615', '20240615'), 16);
  t.equal(ageOn('20080615', '20080615'), 0);
  t.equal(ageOn('20071231', '20240101'), 16);
  t.end();
});

test('somebody born on 29 February turns a year older on 1 March, in a leap year on the day itself', (t) => {
  t.equal(ageOn('20080229', '20230228'), 14);
  t.equal(ageOn('20080229', '20230301'), 15);
  t.equal(ageOn('20080229', '20240228'), 15);
  t.equal(ageOn('20080229', '20240229'), 16);
  t.end();
});

test('nobody grows younger, and a year later everybody is a year older', (t) => {
  const property = fc.property(day, day, day, (birth, today, later) => {
    const [from, to] = today < later ? [today, later] : [later, today];
    const nextYear = String(Number(from) + 10_000);
    return ageOn(birth, from) <= ageOn(birth, to) && ageOn(birth, nextYear) === ageOn(birth, from) + 1;
  });
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});
