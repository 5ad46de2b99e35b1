import { CONDITIONS } from '../fleet/condition.js';
import { MONITORS } from '../fleet/monitors.js';
import type { Meter, MetricTable } from '../lib/metrics.js';
import { SALE_STATUSES } from './books.js';
import { eachSlice, type KioskView } from './read-kiosks.js';
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
  simkiosk_carrier_odd_kiosks: {
    type: 'gauge',
    help: 'Kiosks of which something does not go together in the books: `carrier kiosks` says what.',
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
  const conditions = new Map<string, number>();
  const alarms = new Map<string, number>();
  let waiting = 0;
  let oddKiosks = 0;
  const tally = ({ condition, said, odd }: KioskView): void => {
    conditions.set(condition, (conditions.get(condition) ?? 0) + 1);
    for (const alarm of new Set(said?.alarms)) alarms.set(alarm, (alarms.get(alarm) ?? 0) + 1);
    waiting += said?.outbox?.depth ?? 0;
    oddKiosks += Number(odd.length > 0);
  };
  const [sales] = await Promise.all([countSales(dir), eachSlice(dir, now, (slice) => slice.forEach(tally))]);
  for (const condition of CONDITIONS)
    meter.set('simkiosk_carrier_kiosks', conditions.get(condition) ?? 0, { condition });
  for (const alarm of MONITORS) meter.set('simkiosk_carrier_kiosk_alarms', alarms.get(alarm) ?? 0, { alarm });
  meter.set('simkiosk_carrier_odd_kiosks', oddKiosks);
  meter.set('simkiosk_carrier_unacknowledged_events', waiting);
  for (const status of SALE_STATUSES) meter.set('simkiosk_carrier_sales', sales.get(status) ?? 0, { status });
}
