import { test } from 'tap';
import type { DocumentFields } from '../../src/contracts/id-reader.js';
import { holderRecord } from '../../src/identity/holder.js';

const resident: DocumentFields = {
  type: 'resident',
  layout: ' ',
  name: '测试',
  sex: 'M',
  birth: '19900101',
  number: '110101199001010015',
  nationality: 'CHN',
  validFrom: '20200101',
  validTo: 'long-term',
};

test('the carrier learns of the holder what it must register, and no more', (t) => {
  t.same(holderRecord(resident), {
    type: 'resident',
    number: '110101199001010015',
    name: '测试',
    nationality: 'CHN',
    birth: '19900101',
    validTo: 'long-term',
  });
  t.end();
});

test('the number of a passport comes with the state that issued it', (t) => {
  const passport = { type: 'mrz', layout: 'TD3', nationality: 'XXA', issuer: 'CHE', number: 'L898902C3' } as const;
  t.match(holderRecord({ ...resident, ...passport }), { type: 'mrz', issuer: 'CHE', nationality: 'XXA' });
  t.end();
});
