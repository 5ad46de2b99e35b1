import { randomUUID } from 'node:crypto';
import { test } from 'tap';
import { carrierMetrics, lookUp } from '../../src/carrier/metrics.js';
import { SqliteCarrierStore } from '../../src/carrier/sqlite-store.js';
import type { KioskBirth } from '../../src/fleet/presence.js';
import { serveMetrics } from '../../src/lib/metrics.js';
import { scrape } from '../support/scrape.js';

const NOW = Date.parse('2026-06-01T12:00:00.000Z');
const TIME = new Date(NOW).toISOString();

test('kiosks by condition, open alarms, events that wait and sales by status are looked up in the books', async (t) => {
  const dir = t.testdir();
  const store = await SqliteCarrierStore.open(dir);
  t.teardown(() => store.close());
  const birth: KioskBirth = {
    ...{ online: true, session: 1, revision: 1, epoch: randomUUID(), lastSeq: 9, version: '1' },
    ...{ at: TIME, sellable: true, reasons: [], state: 'idle', since: TIME },
    ...{ alarms: ['stock'], outbox: { depth: 4 } },
  };
  await store.presences.take('kiosk-1', birth, NOW);
  await store.presences.take('kiosk-2', { ...birth, sellable: false, alarms: [], outbox: { depth: 3 } }, NOW);
  const sale = {
    kiosk: 'kiosk-1',
    pseudonym: 'p',
    holder: 'h',
    approval: null,
    number: null,
    iccid: null,
    replaces: null,
  };
  for (const status of ['approved', 'active', 'active'] as const)
    await store.transaction((books) => books.putSale({ ...sale, transaction: randomUUID(), status }));
  const anomaly = { kiosk: 'kiosk-2', epoch: randomUUID(), means: 'odd' };
  for (const seq of [1, 2]) await store.transaction((books) => books.note({ ...anomaly, seq }));
  const server = await serveMetrics(carrierMetrics, 0, (meter) => lookUp(dir, meter, NOW));
  t.teardown(() => server.close());
  const { text } = await scrape(server.port);
  for (const line of [
    'simkiosk_carrier_kiosks{condition="sellable"} 1',
    'simkiosk_carrier_kiosks{condition="out-of-service"} 1',
    'simkiosk_carrier_kiosks{condition="down"} 0',
    'simkiosk_carrier_kiosk_alarms{alarm="stock"} 1',
    'simkiosk_carrier_odd_kiosks 1',
    'simkiosk_carrier_unacknowledged_events 7',
    'simkiosk_carrier_sales{status="active"} 2',
    'simkiosk_carrier_sales{status="void"} 0',
  ])
    t.ok(text.split('\n').includes(line), line);
});
