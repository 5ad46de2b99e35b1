import { test } from 'tap';
import { createUnixLink } from '../../drivers/link/unix.js';
import { faultIs } from '../support/device-state.js';
import { DOWN, KIOSK, openDevice, openLink, state } from '../support/link-ends.js';
import { startRawBroker } from '../support/raw-broker.js';

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
    t.ok(performance.now() - begin < 5_000, owes ? 'an acknowledgement was owed' : 'it did not hang up');
    await running.close();
  }
});
