import { join } from 'node:path';
import { test } from 'tap';
import { pseudonymOf } from '../../src/carrier/holder.js';
import { loadKeys } from '../../src/carrier/keys.js';
import { seal } from '../../src/fleet/seal.js';

test('a holder has one pseudonym, and the same number of another state is another holder', async (t) => {
  const keys = await loadKeys(join(t.testdir(), 'keys.json'));
  const of = async (holder: object): Promise<string> => pseudonymOf(await seal(holder, keys.publicKey), keys);
  const passport = { type: 'mrz', number: 'L898902C3', issuer: 'CHE' };
  t.equal(await of(passport), await of({ ...passport, name: 'ERIKSSON, ANNA MARIA' }));
  t.not(await of(passport), await of({ ...passport, issuer: 'AUT' }));
  t.not(await of({ type: 'resident', number: '1' }), await of({ type: 'resident', number: '2' }));
});

test('what was not sealed to this carrier, or says no number, is refused', async (t) => {
  const keys = await loadKeys(join(t.testdir(), 'keys.json'));
  const numberless = await seal({ type: 'mrz', issuer: 'CHE' }, keys.publicKey);
  for (const sealed of ['', 'a.b.c.d.e', numberless])
    await t.rejects(pseudonymOf(sealed, keys), { code: 'fleet.bad-seal' });
});
