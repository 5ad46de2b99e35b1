import t, { test, type Test } from 'tap';
import { startBroker } from '../../drivers/broker/aedes.js';
import { seededRandom } from '../../src/lib/random.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { Mosquitto, noMosquitto } from '../support/mosquitto.js';
import { agrees } from './chaos.js';
import { FATES } from './mischief.js';
import { Proxy } from './proxy.js';

t.setTimeout(230_000);

interface Broker {
  readonly url: string;
  readonly port: number;
}

async function mosquitto(t: Test): Promise<Broker> {
  const broker = await Mosquitto.start(t.testdir());
  t.teardown(() => broker.kill());
  return broker;
}

async function aedes(t: Test): Promise<Broker> {
  const broker = await startBroker();
  t.teardown(() => broker.close());
  return { url: broker.url, port: Number(new URL(broker.url).port) };
}

const brokers = [
  { name: 'mosquitto, MQTT 5', start: mosquitto, mqtt: '5', skip: noMosquitto },
  { name: 'aedes, MQTT 3.1.1', start: aedes, mqtt: '3.1.1', skip: false },
] as const;

const VISITS = 6;

for (const { name, start, mqtt, skip } of brokers) {
  test(`${name}: messages lost, doubled, delayed and overtaken in both directions`, { skip }, async (t) => {
    const broker = await start(t);
    const network = await Proxy.start(broker.port);
    t.teardown(() => network.close());
    network.mischief = { random: seededRandom(7), lost: 0.15, doubled: 0.15, delayed: 0.2, latestMs: 300 };
    const bench = await Bench.start(t, {
      visitors: [holder(1), holder(4, { behaviour: 'leaves-card' })],
      cards: 20,
      // However often a question or its answer is lost: that it is asked again is what counts here.
      config: {
        broker: { url: network.url, mqtt },
        deadlinesMs: { authorising: 30_000, binding: 30_000, presented: 2_500 },
      },
      broker: broker.url,
    });
    await bench.idle();
    const endings = await bench.serve(VISITS);
    const sold = endings.filter((ending) => ending?.outcome === 'sold').length;
    t.equal(endings.filter((ending) => ending?.reason === 'carrier.no-answer').length, 0, 'every ask was answered');
    t.equal(sold, VISITS / 2, 'who took the card, has it');
    const books = await bench.settled();
    t.ok(agrees(books), 'both ledgers agree');
    t.equal(books.cards.taken, sold, 'each sale once');
    for (const fate of FATES) t.ok(network.fates[fate] > 0, `${network.fates[fate]} messages ${fate}`);
  });
}
