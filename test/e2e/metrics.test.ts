import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { test } from 'tap';
import { statePaths } from '../../src/config/paths.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { freePort, Mosquitto, noMosquitto } from '../support/mosquitto.js';
import { Command } from '../support/process.js';
import { scrape } from '../support/scrape.js';

t.setTimeout(230_000);

/** The metric as it is offered, once it fits. */
async function metricIs(port: number, line: RegExp): Promise<string> {
  for (;;) {
    const { text } = await scrape(port);
    if (line.test(text)) return text;
  }
}

test('what link counts while a card is sold is offered to this machine', async (t) => {
  const port = await freePort();
  const bench = await Bench.start(t, { visitors: [holder(1)], config: { metricsPort: port } });
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  await bench.settled();
  const text = await metricIs(port, /^simkiosk_link_published_messages_total\{qos="0"\} [1-9]/m);
  t.match(text, /^simkiosk_link_connected 1$/m);
  t.match(text, /^simkiosk_link_device_process_connected 1$/m);
  t.match(text, /^simkiosk_link_connections_total 1$/m);
  t.match(text, /^simkiosk_link_received_messages_total [1-9]/m);
  t.match(text, /^simkiosk_link_puback_seconds_count [1-9]/m);
  t.notMatch(text, /virtual-1|8986|110101/, 'neither kiosk nor card nor person');
  await bench.run.kill();
  await metricIs(port, /^simkiosk_link_device_process_connected 0$/m);
});

test(
  'the reference carrier runs by itself at a broker, sells to a kiosk that it has enrolled, and counts',
  { skip: noMosquitto },
  async (t) => {
    const dir = await mkdtemp(join(tmpdir(), 'carrier-'));
    t.teardown(() => rm(dir, { recursive: true }));
    const broker = await Mosquitto.start(dir);
    t.teardown(() => broker.kill());
    const bench = await Bench.start(t, { visitors: [holder(1)], broker: broker.url });
    await bench.idle();
    // The world's own carrier goes; its books and keys stay.
    await bench.world.carrier.close();
    const port = await freePort();
    const { carrier: books } = statePaths(bench.dir);
    const args = ['--dir', books, '--broker', broker.url, '--metrics-port', String(port)];
    const carrier = new Command(['carrier', 'run', ...args]);
    bench.commands.push(carrier);
    await carrier.says('what `carrier` is in the configuration');
    await metricIs(port, /^simkiosk_carrier_connected 1$/m);
    await bench.idle();
    t.equal(await bench.visit(), 'sold');
    const text = await metricIs(port, /^simkiosk_carrier_sales\{status="active"\} 1$/m);
    t.match(text, /^simkiosk_carrier_answers_total\{ask="sale.bind",decision="approved"\} 1$/m);
    t.match(text, /^simkiosk_carrier_kiosks\{condition="sellable"\} 1$/m);
    t.equal(await carrier.kill('SIGTERM'), 0);
  },
);
