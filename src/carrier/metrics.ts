import { CONDITIONS } from '../fleet/condition.js';
import { MONITORS } from '../fleet/monitors.js';
import type { Meter, MetricTable } from '../lib/metrics.js';
import { SALE_STATUSES } from './books.js';
import { readKiosks } from './read-kiosks.js';
import { countSales } from './read-ledger.js';

/** What the reference carrier counts. */
export const carrierMetrics = {
  simkiosk_carrier_connected: { type: 'gauge', help: '1 while there is a connection to the broker.' },
  simkiosk_carrier_events_total: {
    type: 'counter',
    help: 'Events of kiosks that were taken, those that came again included, by type.',
    labels: ['type'],
  },
  simkiosk_carrier_answers_total: {
    type: 'counter',
    help: 'Answers to asks, by ask and decision.',
    labels: ['ask', 'decision'],
  },
  simkiosk_carrier_refused_messages_total: {
    type: 'counter',
    help: 'Messages that were refused, by error code.',
    labels: ['code'],
  },
  simkiosk_carrier_message_seconds: {
    type: 'histogram',
    help: 'From a message until it is in the books and answered.',
    buckets: [0.005, 0.02, 0.1, 0.5, 2],
  },
  simkiosk_carrier_kiosks: { type: 'gauge', help: 'Kiosks by condition.', labels: ['condition'] },
  simkiosk_carrier_kiosk_alarms: {
    type: 'gauge',
    help: 'Kiosks with an alarm that is not cleared.',
    labels: ['alarm'],
  },
  simkiosk_carrier_unacknowledged_events: {
    type: 'gauge',
    help: 'Events that wait at all kiosks, as they said last.',
  },
  simkiosk_carrier_sales: { type: 'gauge', help: 'Sales in the books, by status.', labels: ['status'] },
} as const satisfies MetricTable<string>;

export type CarrierMetric = keyof typeof carrierMetrics;

/** What is looked up in the carrier's books. */
export async function lookUp(dir: string, meter: Meter<CarrierMetric>, now: number): Promise<void> {
  const [kiosks, sales] = await Promise.all([readKiosks(dir, now), countSales(dir)]);
  for (const condition of CONDITIONS) {
    const count = kiosks.filter((kiosk) => kiosk.condition === condition).length;
    meter.set('simkiosk_carrier_kiosks', count, { condition });
  }
  for (const alarm of MONITORS) {
    const count = kiosks.filter(({ said }) => said?.alarms?.includes(alarm)).length;
    meter.set('simkiosk_carrier_kiosk_alarms', count, { alarm });
  }
  const waiting = kiosks.reduce((sum, { said }) => sum + (said?.outbox?.depth ?? 0), 0);
  meter.set('simkiosk_carrier_unacknowledged_events', waiting);
  for (const status of SALE_STATUSES) meter.set('simkiosk_carrier_sales', sales.get(status) ?? 0, { status });
}
