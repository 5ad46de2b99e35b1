import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { pino } from 'pino';
import { test } from 'tap';
import { carrierMetrics } from '../../src/carrier/metrics.js';
import { offerMetrics, processMetrics, serveMetrics, type Metric } from '../../src/lib/metrics.js';
import { linkMetrics } from '../../src/link/metrics.js';
import { scrape } from '../support/scrape.js';

const TABLE = {
  some_things_total: { type: 'counter', help: 'Things.', labels: ['kind'] },
  some_level: { type: 'gauge', help: 'A level.' },
  some_seconds: { type: 'histogram', help: 'Waits.', buckets: [1, 2] },
} as const;

test('metrics are named by the conventions of Prometheus', (t) => {
  for (const [name, { type, labels = [], help, buckets }] of Object.entries<Metric>({
    ...{ ...linkMetrics, ...carrierMetrics, ...processMetrics },
  })) {
    t.match(name, /^(simkiosk_(link|carrier)|process)_[a-z]+(_[a-z]+)*$/);
    t.equal(name.endsWith('_total'), type === 'counter', name);
    t.notMatch(name, /_(ms|milliseconds|mb|percent|count|bucket|sum)$/, 'base units, and no word that Prometheus adds');
    t.equal(type === 'histogram', buckets !== undefined, name);
    for (const label of labels) t.match(label, /^[a-z_]+$/);
    t.match(help, /^.+\.$/);
  }
  t.end();
});

test('what is counted, set and observed is found at /metrics, and nothing anywhere else', async (t) => {
  let level = 0;
  const server = await serveMetrics(TABLE, 0, (meter) => meter.set('some_level', (level += 1)));
  t.teardown(() => server.close());
  server.meter.count('some_things_total', { kind: 'a' });
  server.meter.count('some_things_total', { kind: 'a' });
  server.meter.observe('some_seconds', 1.5);
  const { status, text, type } = await scrape(server.port);
  t.equal(status, 200);
  t.match(type, /^text\/plain; version=0\.0\.4/);
  for (const line of [
    'some_things_total{kind="a"} 2',
    'some_level 1',
    'some_seconds_bucket{le="1"} 0',
    'some_seconds_bucket{le="2"} 1',
    'some_seconds_sum 1.5',
    '# TYPE some_things_total counter',
  ])
    t.ok(text.split('\n').includes(line), line);
  t.match(text, /^process_resident_memory_bytes \d+$/m);
  t.match((await scrape(server.port)).text, /^some_level 2$/m, 'looked up for each answer');
  t.equal((await scrape(server.port, '/')).status, 404);
  t.equal((await scrape(server.port, '/metrics', 'POST')).status, 405);
});

test('they are offered on the loopback interface only', async (t) => {
  const server = await serveMetrics(TABLE, 0);
  t.teardown(() => server.close());
  const others = Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ internal, family }) => !internal && family === 'IPv4'),
  );
  for (const { address } of others) await t.rejects(fetch(`http://${address}:${server.port}/metrics`), address);
});

test('a port that is taken is a fault with a code, and no reason for a service to end', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  await t.rejects(serveMetrics(TABLE, port), { code: 'metrics.unavailable' });
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  t.equal(await offerMetrics(TABLE, port, log), undefined);
  t.match(lines.join(''), /"code":"metrics.unavailable"/);
});

test('what cannot be looked up is an error of the answer, not of the process', async (t) => {
  const server = await serveMetrics(TABLE, 0, () => Promise.reject(new Error('no books')));
  t.teardown(() => server.close());
  t.equal((await scrape(server.port)).status, 500);
});
