import type { Test } from 'tap';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { Mosquitto } from '../support/mosquitto.js';
import type { World } from './chaos.js';
import { Proxy } from './proxy.js';

/** A kiosk whose way to a real broker leads through a network that can be told to misbehave. */
export async function startWorld(t: Test, cards: number): Promise<World> {
  const broker = await Mosquitto.start(t.testdir());
  t.teardown(() => broker.kill());
  const network = await Proxy.start(broker.port);
  t.teardown(() => network.close());
  const config = { broker: { url: network.url } };
  const visitors = [holder(1), holder(4, { behaviour: 'leaves-card' })];
  const bench = await Bench.start(t, { visitors, cards, config, broker: broker.url });
  return { bench, broker, network };
}
