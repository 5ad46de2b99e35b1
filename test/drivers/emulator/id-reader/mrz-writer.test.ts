import t from 'tap';
import { checkDigit, encodeZone } from '../../../../drivers/emulator/id-reader/mrz-writer.js';

void t.test('check digits are those of the examples in ICAO Doc 9303-3', (t) => {
  t.equal(checkDigit('520727'), '3');
  t.equal(checkDigit('AB2134<<<'), '5');
  t.equal(checkDigit('D23145890734'), '9', 'the long number of Doc 9303-11');
  t.end();
});

void t.test('the specimens of ICAO Doc 9303 are written as they are printed', (t) => {
  const anna = {
    type: 'mrz',
    name: 'Eriksson, Anna Maria',
    sex: '2',
    birth: '19740812',
    nationality: 'UTO',
    number: 'D23145890',
    validTo: '20120415',
  } as const;
  t.same(encodeZone({ ...anna, layout: 'TD1' }), [
    'I<UTOD231458907<<<<<<<<<<<<<<<',
    '7408122F1204159UTO<<<<<<<<<<<6',
    'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
  ]);
  t.same(encodeZone({ ...anna, layout: 'TD2' }), [
    'I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<',
    'D231458907UTO7408122F1204159<<<<<<<6',
  ]);
  // The specimen has a personal number besides.
  const [upper, lower = ''] = encodeZone({ ...anna, layout: 'TD3', number: 'L898902C3' });
  t.equal(upper, 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<');
  t.equal(lower.slice(0, 28), 'L898902C36UTO7408122F1204159');
  t.same(encodeZone({ ...anna, layout: 'TD1', number: 'D23145890734' })[0], 'I<UTOD23145890<7349<<<<<<<<<<<');
  t.end();
});
