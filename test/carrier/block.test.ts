import { join } from 'node:path';
import { test, type Test } from 'tap';
import { setBlocked } from '../../src/carrier/block.js';
import { pseudonymOf } from '../../src/carrier/holder.js';
import { loadKeys } from '../../src/carrier/keys.js';
import { SqliteCarrierStore } from '../../src/carrier/sqlite-store.js';
import { seal } from '../../src/fleet/seal.js';

/** The desk of a carrier with keys and empty books. */
async function openDesk(t: Test) {
  const dir = t.testdir();
  const keys = await loadKeys(join(dir, 'keys.json'));
  const store = await SqliteCarrierStore.open(dir);
  t.teardown(() => store.close());
  return {
    block: (written: object) => setBlocked(dir, { document: JSON.stringify(written) }, true, 0),
    /** Whether a holder is blocked whom a kiosk has sealed so. */
    isBlocked: async (sealed: object): Promise<boolean> => {
      const pseudonym = await pseudonymOf(await seal(sealed, keys.publicKey), keys);
      return store.transaction((books) => books.isBlocked(pseudonym));
    },
  };
}

test('whoever is blocked by a document is blocked as kiosks seal it, however it was written down', async (t) => {
  const { block, isBlocked } = await openDesk(t);
  const holders = [
    [
      { type: 'resident', number: ' 11010119900101100x ', name: '王小明' },
      { type: 'resident', number: '11010119900101100X' },
    ],
    [
      { type: 'foreign-permanent-resident', number: 'che110000010101' },
      { type: 'foreign-permanent-resident', number: 'CHE110000010101' },
    ],
    [
      { type: 'mrz', number: 'l898902c3', issuer: 'che' },
      { type: 'mrz', number: 'L898902C3', issuer: 'CHE' },
    ],
  ] as const;
  for (const [written, sealed] of holders) {
    t.equal(await block(written), true);
    t.equal(await isBlocked(sealed), true, sealed.type);
    t.equal(await block(sealed), false, 'they were already');
  }
});

test('a document that no kiosk could seal blocks nobody, and says what is wrong', async (t) => {
  const { block } = await openDesk(t);
  const wrong = [
    [{ type: 'residnet', number: '11010119900101100X' }, /type: /],
    [{ type: 'resident', number: '110101199001010011' }, /number: .*GB 11643/],
    [{ type: 'foreign-permanent-resident', number: '1' }, /number: /],
    [{ type: 'mrz', number: 'L898902C3' }, /issuer: /],
    [{ type: 'mrz', number: 'L898902C3', issuer: 'Switzerland' }, /issuer: /],
    [{ number: '11010119900101100X' }, /type: /],
  ] as const;
  for (const [written, detail] of wrong) await t.rejects(block(written), { code: 'cli.usage', detail });
});
