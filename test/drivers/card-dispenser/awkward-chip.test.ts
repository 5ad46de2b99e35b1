import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { LevelIoDispenser } from '../../../drivers/card-dispenser/level-io.js';
import { EmulatedGpio } from '../../../drivers/gpio/emulated/index.js';
import { ToChip, type FromChip } from '../../../drivers/gpio/emulated/protocol.js';
import { LineConnection, listenOn } from '../../../src/lib/socket.js';
import { faultIs } from '../../support/device-state.js';

const NEVER = new AbortController().signal;
const dir = await mkdtemp(join(tmpdir(), 'awkward-'));
t.teardown(() => rm(dir, { recursive: true }));

const never: (order: string) => boolean = () => false;

/** A chip that grants every line, keeps a record of what is set, and is awkward in the ways it is told to be. */
async function openBench(t: Test): Promise<{
  readonly dispenser: LevelIoDispenser;
  readonly orders: string[];
  refuse: (order: string) => boolean;
  /** A line that becomes active right after it was asked for. */
  risesWhenAsked: string;
  /** Lines that are active once this was set, without an edge. */
  readonly levels: Set<string>;
  quietFrom: string;
}> {
  const orders: string[] = [];
  const socket = join(dir, `${Math.random()}.sock`);
  const chip = await listenOn(socket, (accepted) => {
    const connection = new LineConnection(accepted);
    connection.onMessage((message) => {
      const { id, order } = ToChip.parse(message);
      const name = order.type === 'set' ? `${order.line} ${order.level ? 'on' : 'off'}` : order.type;
      if (order.type === 'set') orders.push(name);
      const refused = bench.refuse(name);
      const answer: FromChip = refused
        ? { type: 'refused', id, error: 'gpio.line-direction', line: name }
        : {
            type: 'done',
            id,
            level: order.type === 'get' && orders.includes(bench.quietFrom) && bench.levels.has(order.line),
          };
      connection.send(answer);
      if (order.type === 'get' && order.line === bench.risesWhenAsked)
        connection.send({ type: 'edge', line: order.line, level: true, timestampNs: '0' } satisfies FromChip);
    });
  });
  const gpio = new EmulatedGpio({ name: 'gpio', socket });
  const dispenser = new LevelIoDispenser(gpio, { debounceMs: 0, travelMs: 50, jamRetries: 0 });
  const bench = { dispenser, orders, refuse: never, risesWhenAsked: '', levels: new Set<string>(), quietFrom: '' };
  t.teardown(async () => {
    await dispenser.close();
    await gpio.close();
    await chip.close();
  });
  await faultIs(dispenser, undefined);
  return bench;
}

void t.test('a motor that could not be switched on is switched off all the same', async (t) => {
  const bench = await openBench(t);
  bench.refuse = (order) => order === 'dispenser-feed on';
  bench.orders.length = 0;
  await t.rejects(bench.dispenser.stage(NEVER), { code: 'gpio.line-direction' });
  t.ok(bench.orders.lastIndexOf('dispenser-feed off') > bench.orders.indexOf('dispenser-feed on'));
  t.equal(bench.dispenser.fault(), undefined);
});

void t.test('a motor that cannot be switched off is a fault until it can', async (t) => {
  const bench = await openBench(t);
  const { dispenser } = bench;
  bench.refuse = (order) => order === 'dispenser-feed off';
  await t.rejects(dispenser.stage(NEVER), { code: 'gpio.line-direction' });
  t.equal(dispenser.fault(), 'gpio.line-direction');
  t.notOk(bench.orders.includes('dispenser-feed on'), 'nothing is moved meanwhile');
  bench.refuse = never;
  await dispenser.reset(NEVER);
  t.equal(dispenser.fault(), undefined);
});

void t.test('one refusal to switch off is not the last word', async (t) => {
  const bench = await openBench(t);
  let refusals = 1;
  bench.refuse = (order) => order === 'dispenser-feed off' && refusals-- > 0;
  await t.rejects(bench.dispenser.stage(NEVER), { code: 'dispenser.media-jam' });
  t.same(bench.orders.filter((order) => order.startsWith('dispenser-feed')).at(-1), 'dispenser-feed off');
  t.equal(bench.dispenser.fault(), 'dispenser.media-jam');
});

void t.test('a card that arrives while the sensors are being read is not overlooked', async (t) => {
  const bench = await openBench(t);
  bench.risesWhenAsked = 'dispenser-transport';
  t.equal((await bench.dispenser.status()).media, 'transport');
});

void t.test('a card whose arrival no edge told of is seen before it is called jammed', async (t) => {
  const bench = await openBench(t);
  bench.levels.add('dispenser-transport');
  bench.quietFrom = 'dispenser-feed on';
  await bench.dispenser.stage(NEVER);
  t.equal((await bench.dispenser.status()).media, 'transport');
});
