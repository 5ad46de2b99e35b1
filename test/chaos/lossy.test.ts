import t, { test } from 'tap';
import { seededRandom } from '../../src/lib/random.js';
import { Bench } from '../support/bench.js';
import { brokers } from '../support/brokers.js';
import { holder } from '../support/cast.js';
import { Operator } from '../support/operator.js';
import { agrees } from './chaos.js';
import { FATES } from './mischief.js';
import { Proxy } from './proxy.js';

t.setTimeout(230_000);

const VISITS = 6;
const COMMANDS = 6;

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
    const operator = new Operator(bench);
    await bench.idle();
    const endings = await bench.serve(VISITS);
    const sold = endings.filter((ending) => ending?.outcome === 'sold').length;
    t.equal(endings.filter((ending) => ending?.reason === 'carrier.no-answer').length, 0, 'every ask was answered');
    t.equal(sold, VISITS / 2, 'who took the card, has it');
    const reports = await Promise.all(
      Array.from({ length: COMMANDS }, async () => (await operator.ask('stock-report'))?.status),
    );
    t.same(reports, new Array(COMMANDS).fill('succeeded'), 'every command was answered');
    // The report may be lost; the event comes all the same.
    await operator.desire({ farewellMs: 1 });
    t.match(await operator.configured('applied', 'refused', 'rolled-back'), { status: 'applied' });
    await bench.idle();
    const books = await bench.settled();
    t.ok(agrees(books), 'both ledgers agree');
    t.equal(books.cards.taken, sold, 'each sale once');
    for (const fate of FATES) t.ok(network.fates[fate] > 0, `${network.fates[fate]} messages ${fate}`);
  });
}
