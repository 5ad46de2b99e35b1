import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { codeOf, KioskError } from '../errors.js';

/** One metric, named by Prometheus' conventions: unit at the end, `_total` for what only grows. */
export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels?: readonly string[];
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}
export type MetricTable<Name extends string> = Readonly<Record<Name, Metric>>;

type Labels = Readonly<Record<string, string>>;

/** Where a process counts what it does. */
export interface Meter<Name extends string> {
  /** Of a counter: adds one. */
  count(name: Name, labels?: Labels): void;
  /** Of a gauge. */
  set(name: Name, value: number, labels?: Labels): void;
  /** Of a histogram. */
  observe(name: Name, value: number): void;
}

/** Nobody wants to know. */
export const silentMeter: Meter<string> = {
  count: () => undefined,
  set: () => undefined,
  observe: () => undefined,
};

/** What every process says of itself. */
export const processMetrics = {
  process_resident_memory_bytes: { type: 'gauge', help: 'Resident memory.' },
  process_start_time_seconds: { type: 'gauge', help: 'When the process was started, seconds since the epoch.' },
} as const satisfies MetricTable<string>;

export interface MetricsServer<Name extends string> {
  readonly meter: Meter<Name>;
  readonly port: number;
  close(): void;
}

/** A scraper that asks for more at a time is turned away. */
const CONNECTIONS = 8;
const REQUEST_MS = 5_000;

/**
 * Offers the metrics of a table at `http://127.0.0.1:PORT/metrics`, to this machine only. Nothing of Prometheus is loaded by a
 * process that does not offer any.
 * @param port 0: any that is free
 * @param refresh called before each answer, to set what is looked up and not counted
 * @throws `metrics.unavailable` when the port is taken or may not be used
 */
export async function serveMetrics<Name extends string>(
  table: MetricTable<Name>,
  port: number,
  refresh: (meter: Meter<Name>) => void | Promise<void> = () => undefined,
): Promise<MetricsServer<Name>> {
  const { Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  const [counters, gauges, histograms] = [
    new Map<string, InstanceType<typeof Counter>>(),
    new Map<string, InstanceType<typeof Gauge>>(),
    new Map<string, InstanceType<typeof Histogram>>(),
  ];
  for (const [name, { type, help, labels = [], buckets = [] }] of Object.entries<Metric>({
    ...table,
    ...processMetrics,
  })) {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') counters.set(name, new Counter(options));
    else if (type === 'gauge') gauges.set(name, new Gauge(options));
    else histograms.set(name, new Histogram({ ...options, buckets: [...buckets] }));
  }
  const meter: Meter<Name> = {
    count: (name, labels = {}) => counters.get(name)?.inc(labels),
    set: (name, value, labels = {}) => gauges.get(name)?.set(labels, value),
    observe: (name, value) => histograms.get(name)?.observe(value),
  };
  const startedAt = Date.now() / 1_000 - process.uptime();
  const render = async (): Promise<string> => {
    gauges.get('process_resident_memory_bytes')?.set(process.memoryUsage.rss());
    gauges.get('process_start_time_seconds')?.set(startedAt);
    await refresh(meter);
    return registry.metrics();
  };

  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    ({ method, url }, response) => {
      if (url !== '/metrics') return void response.writeHead(404).end();
      if (method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end();
      render().then(
        (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    },
  );
  server.maxConnections = CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new KioskError('metrics.unavailable', `port ${port}`, { cause })));
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    meter,
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The same for a service that goes on without its metrics when they cannot be offered. */
export async function offerMetrics<Name extends string>(
  table: MetricTable<Name>,
  port: number,
  log: Logger,
  refresh?: (meter: Meter<Name>) => void | Promise<void>,
): Promise<MetricsServer<Name> | undefined> {
  try {
    return await serveMetrics(table, port, refresh);
  } catch (error) {
    log.warn({ code: codeOf(error), port }, 'no metrics');
    return undefined;
  }
}
