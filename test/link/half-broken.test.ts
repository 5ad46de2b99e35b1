import { test } from 'tap';
import { createUnixLink } from '../../drivers/link/unix.js';
import { MAX_MESSAGE } from '../../src/contracts/link.js';
import { Listeners } from '../../src/lib/listeners.js';
import { faultIs, holds } from '../support/device-state.js';
import { DOWN, event, EVENT, KIOSK, openDevice, openLink, state } from '../support/link-ends.js';
import { startRawBroker, type Packet, type RawClient } from '../support/raw-broker.js';

test('a broker that does not hang up, or owes an acknowledgement, does not keep the next device process waiting', async (t) => {
  for (const owes of [false, true]) {
    const url = await startRawBroker(t, (packet) => owes && packet.type === 'publish' && packet.payload === 'owed');
    const { link, socket } = await openDevice(t);
    const running = openLink(t, socket, url);
    await faultIs(link, undefined);
    if (owes) link.publish({ ...state('owed'), seq: 1 });
    const begin = performance.now();
    await link.close();
    const hello = { kiosk: KIOSK, session: 100, will: state('off'), birth: state('on'), subscriptions: [DOWN] };
    const next = await createUnixLink({ name: 'link', socket }, () => Promise.resolve(hello), console.error);
    t.teardown(() => next.close());
    await faultIs(next, undefined);
    t.ok(performance.now() - begin < 20_000, owes ? 'an acknowledgement was owed' : 'it did not hang up');
    await running.close();
  }
});

test('a broker never has more messages on their way than it takes at a time', async (t) => {
  const numbers = Array.from({ length: 64 }, (_, i) => i + 1);
  const most = 3;
  const owed: (() => void)[] = [];
  const taken: string[] = [];
  const changed = new Listeners();
  const url = await startRawBroker(t, (packet, client) => {
    if (packet.type === 'connect') client.accept(most);
    else if (packet.type === 'publish' && packet.topic === EVENT) {
      owed.push(() => client.acknowledge(packet.id));
      taken.push(packet.payload);
      t.ok(owed.length <= most, `${owed.length} on their way`);
      // Whatever the link had sent beyond it came in the same piece, and is here by now.
      setImmediate(() => owed.shift()?.());
      changed.emit();
    } else return false;
    return true;
  });
  const { link, socket } = await openDevice(t);
  link.onUp(() => numbers.forEach((seq) => link.publish(event(String(seq), seq))));
  openLink(t, socket, url);
  await holds(
    (look) => changed.add(look),
    () => taken.length >= numbers.length,
  );
  t.same(taken, numbers.map(String));
});

test('whatever a broker refuses is known, with its reason; one that only ends has refused nothing', async (t) => {
  const NOT_AUTHORISED = 0x87;
  const refusals: Record<string, (packet: Packet, client: RawClient) => boolean> = {
    'it takes the connection back (another has the name)': (packet, client) => {
      if (packet.type === 'publish') client.leave(0x8e);
      return packet.type === 'publish';
    },
    'a subscription': (packet, client) => {
      if (packet.type === 'subscribe') client.grant(packet.id, [NOT_AUTHORISED]);
      return packet.type === 'subscribe';
    },
    'the birth': (packet, client) => {
      if (packet.type === 'publish') client.acknowledge(packet.id, NOT_AUTHORISED);
      return packet.type === 'publish';
    },
    'an event': (packet, client) => {
      const isEvent = packet.type === 'publish' && packet.topic === EVENT;
      if (isEvent) client.acknowledge(packet.id, NOT_AUTHORISED);
      return isEvent;
    },
  };
  for (const [what, answer] of Object.entries(refusals)) {
    const { link, socket } = await openDevice(t);
    link.onUp(() => link.publish(event('1', 1)));
    const { log } = openLink(t, socket, await startRawBroker(t, answer));
    await faultIs(link, 'fleet.broker-refused');
    t.match(log.join(''), /"code":"fleet.broker-refused","refusal":1(42|35),/, what);
  }
  let left = false;
  const url = await startRawBroker(t, (packet, client) => {
    if (packet.type !== 'publish' || left) return false;
    left = true;
    client.leave(0x8b);
    return true;
  });
  const { link, socket } = await openDevice(t);
  const { log } = openLink(t, socket, url);
  await faultIs(link, undefined);
  t.match(log.join(''), /"code":"fleet.broker-unreachable","refusal":139,/);
});

test('a broker that takes the kiosk only to leave it is asked less and less often; one that was lost after long, at once', async (t) => {
  const attempts = async (reconnectMs: { first: number; longest: number }): Promise<unknown[]> => {
    const url = await startRawBroker(t, (packet, client) => {
      if (packet.type === 'publish' && packet.topic === EVENT) client.leave(0x8e);
      return packet.type === 'publish' && packet.topic === EVENT;
    });
    const { link, socket } = await openDevice(t);
    let ups = 0;
    const up = new Listeners();
    link.onUp(() => {
      link.publish(event('1', 1));
      ups += 1;
      up.emit();
    });
    const { log, close } = openLink(t, socket, url, { reconnectMs, random: () => 0 });
    await holds(
      (look) => up.add(look),
      () => ups > 4,
    );
    await close();
    return [...log.join('').matchAll(/"refusal":142,"attempt":(\d+)/g)]
      .slice(0, 4)
      .map(([, attempt]) => Number(attempt));
  };
  t.same(await attempts({ first: 60_000, longest: 600_000 }), [0, 1, 2, 3]);
  t.same(await attempts({ first: 0, longest: 0 }), [0, 0, 0, 0]);
});

test('a message of any size, again on each connection, does not part the link from the device process', async (t) => {
  const url = await startRawBroker(t, (packet, client) => {
    if (packet.type !== 'publish') return false;
    // Control characters: six of JSON for each.
    for (const size of [MAX_MESSAGE, 1_000_000]) client.say(DOWN, Buffer.alloc(size));
    return false;
  });
  const { link, socket } = await openDevice(t);
  const got: number[] = [];
  const more = new Listeners();
  link.onMessage((_, payload) => {
    got.push(payload.length);
    more.emit();
  });
  openLink(t, socket, url);
  await holds(
    (look) => more.add(look),
    () => got.length === 2,
  );
  t.same(got, [MAX_MESSAGE, MAX_MESSAGE + 1], 'whole, and too large');
});

test('a broker that takes the kiosk and never answers its subscription is left', async (t) => {
  let subscriptions = 0;
  const url = await startRawBroker(t, ({ type }) => type === 'subscribe' && ++subscriptions === 1);
  const { link, socket } = await openDevice(t);
  const { log } = openLink(t, socket, url, { reconnectMs: { first: 0, longest: 0 } });
  await faultIs(link, undefined);
  t.match(log.join(''), /"code":"fleet.broker-unreachable"/);
  t.equal(subscriptions, 2);
});
