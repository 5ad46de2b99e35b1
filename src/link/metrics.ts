import type { MetricTable } from '../lib/metrics.js';

/** What `link` counts. */
export const linkMetrics = {
  simkiosk_link_connected: { type: 'gauge', help: '1 while there is a connection to the broker.' },
  simkiosk_link_device_process_connected: {
    type: 'gauge',
    help: '1 while there is a connection to the device process.',
  },
  simkiosk_link_connections_total: { type: 'counter', help: 'Connections to the broker that came about.' },
  simkiosk_link_connection_failures_total: {
    type: 'counter',
    help: 'Connections to the broker that were lost or did not come about, by error code.',
    labels: ['code'],
  },
  simkiosk_link_published_messages_total: {
    type: 'counter',
    help: 'Messages that the broker has taken, by QoS.',
    labels: ['qos'],
  },
  simkiosk_link_received_messages_total: { type: 'counter', help: 'Messages that came from the broker.' },
  simkiosk_link_dropped_measurements_total: { type: 'counter', help: 'Measurements that gave way to newer ones.' },
  simkiosk_link_waiting_messages: { type: 'gauge', help: 'Messages that wait for their turn to be published.' },
  simkiosk_link_puback_seconds: {
    type: 'histogram',
    help: 'From handing a message with QoS 1 to the network until the broker has taken it.',
    buckets: [0.01, 0.05, 0.2, 1, 5, 30],
  },
  simkiosk_link_certificate_expiry_timestamp_seconds: {
    type: 'gauge',
    help: "When the kiosk's certificate expires, seconds since the epoch; 0 without one.",
  },
} as const satisfies MetricTable<string>;

export type LinkMetric = keyof typeof linkMetrics;
