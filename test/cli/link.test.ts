import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { test, type Test } from 'tap';
import { createUnixLink } from '../../drivers/link/unix.js';
import { virtualConfig } from '../../src/cli/virtual-config.js';
import type { Envelope } from '../../src/contracts/link.js';
import { faultIs } from '../support/device-state.js';
import { Command } from '../support/process.js';
import { CARRIER_KEY, CARRIER_SIGNING_KEY } from '../support/signed.js';

/** A broker that lets nobody in without this password. */
async function guarded(t: Test, secret: string): Promise<string> {
  const broker = await Aedes.createBroker();
  broker.authenticate = (_client, username, password, done) => {
    done(null, username === 'kiosk-1' && password?.toString() === secret);
  };
  const server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    broker.close();
    server.close();
  });
  return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const state = (payload: string): Envelope => ({ topic: 'sk/v1/kiosk-1/up/state', payload, qos: 1, retain: true });

test('the broker’s password comes from systemd’s credentials, and need not be in the configuration', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'credential-'));
  t.teardown(() => rm(dir, { recursive: true }));
  const brokerUrl = await guarded(t, 'open sesame');
  const keys = { carrierKey: CARRIER_KEY, carrierSigningKey: CARRIER_SIGNING_KEY };
  const config = virtualConfig({ pace: 'fast', brokerUrl, ...keys, emulator: dir });
  const broker = { url: brokerUrl, username: 'kiosk-1' };
  await writeFile(join(dir, 'kiosk.json'), JSON.stringify({ ...config, broker }));
  await writeFile(join(dir, 'broker-password'), 'open sesame\n');
  const hello = {
    kiosk: 'kiosk-1',
    session: 1,
    will: state('off'),
    birth: state('on'),
    subscriptions: ['sk/v1/kiosk-1/down/ack'],
  };
  const link = await createUnixLink(
    { name: 'link', socket: join(dir, 'link.sock') },
    () => Promise.resolve(hello),
    (error) => t.fail(String(error)),
  );
  t.teardown(() => link.close());

  for (const [credentials, fault] of [
    ['/nowhere', 'fleet.broker-refused'],
    [dir, undefined],
  ] as const) {
    const prefix = ['env', `CREDENTIALS_DIRECTORY=${credentials}`];
    const command = new Command(['link', '--config', join(dir, 'kiosk.json')], { prefix });
    t.teardown(() => command.kill());
    await faultIs(link, fault);
    t.pass(fault ?? 'connected');
    await command.kill();
    await faultIs(link, 'link.down');
  }
});
