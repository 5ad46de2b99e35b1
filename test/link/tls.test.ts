import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { test, type Test } from 'tap';
import { createUnixLink } from '../../drivers/link/unix.js';
import type { Envelope } from '../../src/contracts/link.js';
import { Listeners } from '../../src/lib/listeners.js';
import { startLink } from '../../src/link/link.js';
import type { Broker } from '../../src/contracts/broker.js';
import { tlsFault } from '../../src/link/tls-fault.js';
import { newAuthority, newCertified, type KeyAndCertificate } from '../../src/provision/x509.js';
import { faultIs, holds } from '../support/device-state.js';
import { freePort, noMosquitto as skip, startShipped } from '../support/mosquitto.js';

const DAY_MS = 86_400_000;
const now = Date.now();
const KIOSK = 'kiosk-1';
const authority = await newAuthority('authority', now);
const strangers = await newAuthority('strangers', now);
const valid = { from: now, until: now + DAY_MS };
const past = { from: now - 2 * DAY_MS, until: now - DAY_MS };
const certified = (name: string, hosts: readonly string[] = [], when = valid, by = authority) =>
  newCertified(by, { name, hosts, ...when });
const kiosk = await certified(KIOSK);
const HOSTS = ['127.0.0.1', 'localhost'];

async function openBroker(t: Test, own?: KeyAndCertificate): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'mosquitto-'));
  t.teardown(() => rm(dir, { recursive: true }));
  const port = await freePort();
  await startShipped(t, dir, authority.certificate, own ?? (await certified('broker', HOSTS)), port);
  return `mqtts://127.0.0.1:${port}`;
}

const state = (payload: string): Envelope => ({
  topic: `sk/v1/${KIOSK}/up/state`,
  payload,
  qos: 1,
  retain: true,
});

/** A link with this identity, and the fault that its device process sees. */
async function meets(t: Test, broker: Broker, fault: Parameters<typeof faultIs>[1]): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'link-'));
  const socket = join(dir, 'link.sock');
  const subscriptions = [`sk/v1/${KIOSK}/down/ack`, 'sk/v1/central/state'];
  const hello = { kiosk: KIOSK, session: 1, will: state('off'), birth: state('on'), subscriptions };
  const link = await createUnixLink({ name: 'link', socket }, () => Promise.resolve(hello), console.error);
  const running = startLink({ socket, broker }, pino({ level: 'silent' }));
  t.teardown(async () => {
    await running.close();
    await link.close();
    await rm(dir, { recursive: true });
  });
  await faultIs(link, fault);
  t.equal(link.fault(), fault, fault ?? 'connected');
  if (broker.cert?.startsWith('-----BEGIN')) t.type(link.certificateUntil?.(), 'number');
}

const identity = (own = kiosk, ca = authority.certificate) => ({ ca, cert: own.certificate, key: own.key });

test('a kiosk whose certificate and broker are vouched for is connected', { skip }, async (t) => {
  await meets(t, { url: await openBroker(t), ...identity() }, undefined);
});

test('a broker that nobody vouches for, whose time is over, or that is another host is left', { skip }, async (t) => {
  const url = await openBroker(t);
  await meets(t, { url, ...identity(kiosk, strangers.certificate) }, 'fleet.broker-unknown-ca');
  const expired = await openBroker(t, await certified('broker', HOSTS, past));
  await meets(t, { url: expired, ...identity() }, 'fleet.broker-expired');
  const elsewhere = await openBroker(t, await certified('broker', ['broker.example']));
  await meets(t, { url: elsewhere, ...identity() }, 'fleet.broker-wrong-host');
});

test('a key that is none ends no network process, also without a certificate', async (t) => {
  await meets(t, { url: 'mqtts://127.0.0.1:1', key: 'garbage' }, 'fleet.certificate-foreign');
});

test('a certificate that has expired, or is another kiosk’s, is not even shown', { skip }, async (t) => {
  const url = await openBroker(t);
  await meets(t, { url, ...identity(await certified(KIOSK, [], past)) }, 'fleet.certificate-expired');
  await meets(t, { url, ...identity(await certified('kiosk-2')) }, 'fleet.certificate-foreign');
  await meets(t, { url, ...identity(), cert: 'garbage' }, 'fleet.certificate-foreign');
  const other = await certified(KIOSK);
  await meets(t, { url, ...identity(), key: other.key }, 'fleet.certificate-foreign');
  await meets(t, { url, ...identity(), key: 'garbage' }, 'fleet.certificate-foreign');
});

test('a kiosk with a certificate of another authority, or none, is refused by the broker', { skip }, async (t) => {
  const url = await openBroker(t);
  const foreign = await certified(KIOSK, [], valid, strangers);
  await meets(t, { url, ...identity(foreign) }, 'fleet.certificate-refused');
  await meets(t, { url, ca: authority.certificate }, 'fleet.certificate-refused');
});

test('an error that is not about certificates is none of these', (t) => {
  for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', '']) t.equal(tlsFault(code), undefined, code);
  t.end();
});

async function client(t: Test, url: string, own: KeyAndCertificate, protocolVersion: 4 | 5): Promise<MqttClient> {
  const options = { protocolVersion, reconnectPeriod: 0, clientId: 'anything', ...identity(own) } as const;
  const opened = await connectAsync(url, options);
  t.teardown(() => opened.endAsync(true));
  return opened;
}

test(
  'by the shipped access list a kiosk’s certificate neither writes nor reads beyond its own',
  { skip },
  async (t) => {
    const url = await openBroker(t);
    const carrier = await client(t, url, await certified('carrier'), 5);
    const heard: string[] = [];
    const changed = new Listeners();
    carrier.on('message', (topic) => {
      heard.push(topic);
      changed.emit();
    });
    const own = ['event', 'state', 'reply'].map((name) => `sk/v1/${KIOSK}/up/${name}`);
    const forbidden = [
      ...['sk/v1/kiosk-2/up/event', 'sk/v1/kiosk-2/up/state', 'sk/v1/kiosk-2/down/ack', 'sk/v1/central/state'],
      ...[
        `sk/v1/${KIOSK}/down/ack`,
        `sk/v1/${KIOSK}/down/answer`,
        'sk/v1/carrier/up/event',
        'other',
        '$SYS/broker/uptime',
      ],
    ];
    await carrier.subscribeAsync(['sk/v1/+/up/#', 'sk/v1/central/state']);
    for (const protocolVersion of [5, 4] as const) {
      const thief = await client(t, url, kiosk, protocolVersion);
      const got: string[] = [];
      const more = new Listeners();
      thief.on('message', (topic) => {
        got.push(topic);
        more.emit();
      });
      const wanted = ['#', 'sk/v1/#', 'sk/v1/+/up/#', 'sk/v1/+/down/#', 'sk/v1/kiosk-2/down/ack', `sk/v1/${KIOSK}/#`];
      for (const filter of wanted) await thief.subscribeAsync(filter, { qos: 1 }).catch(() => undefined);
      await thief.subscribeAsync([`sk/v1/${KIOSK}/down/#`, 'sk/v1/central/state'], { qos: 1 });
      heard.length = 0;
      for (const topic of forbidden) await thief.publishAsync(topic, 'forged', { qos: 1 }).catch(() => undefined);
      for (const topic of own) await thief.publishAsync(topic, 'mine', { qos: 1 });
      await holds(
        (look) => changed.add(look),
        () => heard.length >= own.length,
      );
      t.same(heard, own, `written by MQTT ${protocolVersion}`);
      for (const topic of ['sk/v1/kiosk-2/down/ack', 'sk/v1/kiosk-2/down/answer', `sk/v1/${KIOSK}/down/ack`])
        await carrier.publishAsync(topic, 'said', { qos: 1 });
      await carrier.publishAsync('sk/v1/central/state', 'said', { qos: 1 });
      await holds(
        (look) => more.add(look),
        () => got.includes('sk/v1/central/state'),
      );
      t.same(
        [...new Set(got)].sort(),
        ['sk/v1/central/state', `sk/v1/${KIOSK}/down/ack`],
        `read by MQTT ${protocolVersion}`,
      );
      await thief.endAsync();
    }
  },
);
