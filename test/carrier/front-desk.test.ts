import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { test, type Test } from 'tap';
import { FrontDesk, type Letter } from '../../src/carrier/front-desk.js';
import { Ledger } from '../../src/carrier/ledger.js';
import { ledgerFile } from '../../src/carrier/ledger-file.js';
import { SqliteCarrierStore } from '../../src/carrier/sqlite-store.js';
import { KioskError } from '../../src/errors.js';
import { parseJson } from '../../src/fleet/messages.js';
import type { KioskBirth } from '../../src/fleet/presence.js';
import { kioskTopics } from '../../src/fleet/topics.js';
import { silentMeter } from '../../src/lib/metrics.js';
import { Database } from '../../src/lib/sqlite.js';
import { newSigner, saidBy } from '../support/signed.js';

const NOW = Date.parse('2026-06-01T12:00:00.000Z');
const TIME = new Date(NOW).toISOString();

interface Line {
  readonly level: number;
  readonly kiosk?: string;
  readonly id?: string;
}

/** The front desk of a carrier, its books, and kiosks that say who they are. */
async function openDesk(t: Test) {
  const dir = t.testdir();
  const store = await SqliteCarrierStore.open(dir);
  t.teardown(() => store.close());
  const { registry, presences, orders } = store;
  const signer = await newSigner();
  const lines: Line[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(parseJson(line) as Line) });
  const clock = { now: NOW };
  const desk = new FrontDesk({
    ...{ ledger: new Ledger(store, () => Promise.resolve('')), registry, presences, orders, signer, log },
    circumstances: () => ({
      ...{ rules: { policy: 'rules', holderLimit: 5 }, now: clock.now },
      ...{ newApproval: randomUUID, newReference: randomUUID },
    }),
    meter: silentMeter,
  });
  return {
    dir,
    desk,
    orders,
    clock,
    /** In the order of the kiosks. */
    warnings: () =>
      lines.filter(({ level }) => level >= 40).sort((a, b) => ((a.kiosk ?? '') < (b.kiosk ?? '') ? -1 : 1)),
    /** Enrols a kiosk. @returns how it says its birth; what comes back is what the carrier says to it */
    kiosk: async (name: string) => {
      const own = await newSigner();
      const { kid, ...key } = own.publicKey;
      await registry.pin(name, { kid, key }, NOW, NOW);
      const topic = kioskTopics(name).state;
      return async (changes: Partial<KioskBirth> = {}): Promise<readonly unknown[]> => {
        const birth = {
          ...{ online: true, session: 1, revision: 1, epoch: randomUUID(), lastSeq: 0, version: '1' },
          ...{ at: TIME, sellable: true, reasons: [], state: 'idle', since: TIME },
          ...changes,
        };
        return said(await desk.take(topic, await own.sign(JSON.stringify(birth), { topic, nonce: name })));
      };
    },
    give: async (kiosk: string): Promise<string> => {
      const id = randomUUID();
      const deadline = new Date(NOW + 600_000).toISOString();
      const command = { id, type: 'out-of-service', by: 'anna', whenIdle: false, args: {}, issuedAt: TIME, deadline };
      await orders.give(kiosk, command);
      return id;
    },
    damage: async (sql: string, ...values: readonly string[]): Promise<void> => {
      const db = await Database.open(ledgerFile(dir), 'write');
      await db.run(sql, ...values);
      await db.close();
    },
  };
}

const said = (letters: readonly Letter[]): readonly unknown[] =>
  letters.map(({ message }) => parseJson(saidBy(message)));

const topics = (letters: readonly Letter[]): string[] => letters.map(({ topic }) => topic).sort();

test('an order that cannot be read keeps nothing else from any kiosk, and is named in the log', async (t) => {
  const { kiosk, desk, orders, give, damage, warnings } = await openDesk(t);
  for (const name of ['k1', 'k2', 'k3']) await (await kiosk(name))();
  const bad = await give('k1');
  await damage(`UPDATE command SET command = json_set(command, '$.by', '') WHERE id = ?`, bad);
  const good = await give('k1');
  await orders.desire('k1', { 'rules.minimumAge': 18 }, NOW);
  await orders.desire('k2', {}, NOW);
  await damage(`UPDATE desired SET settings = '[' WHERE kiosk = ?`, 'k2');
  await give('k2');
  await give('k3');
  const letters = await desk.orders();
  const [k1, k2, k3] = [kioskTopics('k1'), kioskTopics('k2'), kioskTopics('k3')];
  t.same(topics(letters), [k1.command, k1.desired, k2.command, k3.command]);
  t.match(said(letters)[0], { id: good });
  t.same(
    warnings().map(({ level, kiosk, id }) => [level, kiosk, id].join(' ')),
    [`40 k1 ${bad}`, `40 k2 settings ${NOW / 1_000}`],
  );
  const unreadable: string[] = [];
  t.match(await orders.of('k1', (id) => void unreadable.push(id)), [{ command: { id: good } }]);
  t.same(unreadable, [bad]);
  await t.rejects(orders.find(bad), { code: 'journal.corrupt' });
  t.equal(await orders.takeReply('k1', { command: bad, status: 'rejected' }), true, 'a kiosk may know it all the same');
});

test('a kiosk whose orders cannot be looked up keeps no other one waiting, and is looked at again', async (t) => {
  const { kiosk, desk, orders, give, clock, warnings } = await openDesk(t);
  for (const name of ['k1', 'k2']) {
    await (
      await kiosk(name)
    )();
    await give(name);
  }
  const lookUp = orders.unanswered.bind(orders);
  orders.unanswered = (name, onUnreadable) =>
    name === 'k1' ? Promise.reject(new KioskError('journal.locked')) : lookUp(name, onUnreadable);
  t.same(topics(await desk.orders()), [kioskTopics('k2').command]);
  t.match(warnings(), [{ level: 50, kiosks: 1, code: 'journal.locked' }]);
  orders.unanswered = lookUp;
  clock.now += 1_000;
  t.same(topics(await desk.orders()), [kioskTopics('k1').command]);
});
