import { connectAsync, type MqttClient } from 'mqtt';
import t, { test, type Test } from 'tap';
import { Listeners } from '../../src/lib/listeners.js';
import { newAuthority, newCertified, type KeyAndCertificate } from '../../src/provision/x509.js';
import { holds } from '../support/device-state.js';
import { noRabbit, startRabbit } from '../support/rabbitmq.js';

t.setTimeout(230_000);

const DAY_MS = 86_400_000;
const now = Date.now();
const KIOSK = 'kiosk-1';
const authority = await newAuthority('authority', now);
const certified = (name: string, hosts: readonly string[] = []): Promise<KeyAndCertificate> =>
  newCertified(authority, { name, hosts, from: now, until: now + DAY_MS });

/** The access rules hold for every topic alone: what is not allowed ends the connection. */
test(
  'by the shipped permissions of RabbitMQ a kiosk’s certificate neither writes nor reads beyond its own',
  { skip: noRabbit },
  async (t) => {
    const rabbit = await startRabbit(t, authority.certificate, await certified('broker', ['127.0.0.1']));
    await rabbit.add('add-carrier');
    for (const kiosk of [KIOSK, 'kiosk-2']) await rabbit.add('add-kiosk', kiosk);
    const open = async (t: Test, name: string): Promise<MqttClient> => {
      const own = await certified(name);
      const tls = { ca: authority.certificate, cert: own.certificate, key: own.key };
      const options = { protocolVersion: 4, clientId: name, reconnectPeriod: 0, ...tls } as const;
      const client = await connectAsync(rabbit.url, options);
      client.on('error', () => undefined);
      t.teardown(() => client.endAsync(true));
      return client;
    };
    const carrier = await open(t, 'carrier');
    const heard: string[] = [];
    const changed = new Listeners();
    carrier.on('message', (topic) => {
      heard.push(topic);
      changed.emit();
    });
    await carrier.subscribeAsync(['sk/v1/+/up/#', 'sk/v1/central/state'], { qos: 1 });

    await t.rejects(open(t, 'kiosk-3'), 'a certificate of nobody who was added');
    await rabbit.addByHalf('kiosk-4');
    await t.rejects(open(t, 'kiosk-4'), 'whoever was added by half has no rights yet');
    await rabbit.add('add-kiosk', 'kiosk-4');
    await open(t, 'kiosk-4');

    const attempt = async (what: (kiosk: MqttClient) => Promise<unknown>): Promise<string> => {
      const kiosk = await open(t, KIOSK);
      const closed = new Promise<string>((resolve) => kiosk.once('close', () => resolve('refused')));
      const outcome = await Promise.race([
        what(kiosk).then(
          () => 'allowed',
          () => 'refused',
        ),
        closed,
      ]);
      await kiosk.endAsync(true);
      return outcome;
    };
    const own = ['event', 'state', 'reply'].map((name) => `sk/v1/${KIOSK}/up/${name}`);
    for (const topic of own)
      t.equal(await attempt((kiosk) => kiosk.publishAsync(topic, 'mine', { qos: 1 })), 'allowed', `writes ${topic}`);
    const foreign = [
      'sk/v1/kiosk-2/up/event',
      'sk/v1/kiosk-2/down/ack',
      `sk/v1/${KIOSK}/down/answer`,
      'sk/v1/central/state',
      'other',
    ];
    for (const topic of foreign)
      t.equal(
        await attempt((kiosk) => kiosk.publishAsync(topic, 'forged', { qos: 1 })),
        'refused',
        `does not write ${topic}`,
      );
    for (const filter of [`sk/v1/${KIOSK}/down/#`, 'sk/v1/central/state'])
      t.equal(await attempt((kiosk) => kiosk.subscribeAsync(filter, { qos: 1 })), 'allowed', `reads ${filter}`);
    const others = ['#', 'sk/v1/#', 'sk/v1/+/up/#', 'sk/v1/+/down/#', 'sk/v1/kiosk-2/down/ack', `sk/v1/${KIOSK}/#`];
    for (const filter of others)
      t.equal(await attempt((kiosk) => kiosk.subscribeAsync(filter, { qos: 1 })), 'refused', `does not read ${filter}`);

    await holds(
      (look) => changed.add(look),
      () => heard.length >= own.length,
    );
    t.same(heard, own);

    const kiosk = await open(t, KIOSK);
    const got = new Promise<string>((resolve) => kiosk.once('message', resolve));
    await kiosk.subscribeAsync(`sk/v1/${KIOSK}/down/#`, { qos: 1 });
    await carrier.publishAsync('sk/v1/kiosk-2/down/ack', 'said', { qos: 1 });
    await carrier.publishAsync(`sk/v1/${KIOSK}/down/ack`, 'said', { qos: 1 });
    t.equal(await got, `sk/v1/${KIOSK}/down/ack`, 'what the carrier says to another is not heard');
  },
);
