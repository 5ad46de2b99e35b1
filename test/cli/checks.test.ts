import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import t from 'tap';
import { examineSecrets } from '../../src/cli/doctor.js';
import { virtualConfig } from '../../src/cli/virtual-config.js';
import { parseConfig } from '../../src/config/load.js';
import { checkBroker, checkCertificate, checkSafeLevels } from '../../src/cli/checks.js';
import { DAY_MS } from '../../src/lib/durations.js';
import { newAuthority, newCertified } from '../../src/provision/x509.js';
import { remedyOf } from '../../src/remedies.js';
import { CARRIER_KEY, CARRIER_SIGNING_KEY } from '../support/signed.js';
import { writeTlsFiles } from '../support/tls-files.js';

const virtual = virtualConfig({
  pace: 'fast',
  brokerUrl: 'mqtt://127.0.0.1:1',
  carrierKey: CARRIER_KEY,
  carrierSigningKey: CARRIER_SIGNING_KEY,
  emulator: '/nowhere',
});
const reconnectMs = { first: 0, longest: 0 };
const onoff = { driver: 'onoff', label: 'pinctrl-bcm2711', lines: {} } as const;

void t.test('outputs that keep their level are a fault without safe-off, and a note with it', async (t) => {
  t.match(await checkSafeLevels({ gpio: onoff }), {
    ok: false,
    code: 'gpio.keeps-level',
    detail: /sysfs.*`safeOffFile` is not set/,
  });
  const safeOffFile = '/run/simkiosk/safe-off';
  t.match(await checkSafeLevels({ gpio: onoff, safeOffFile }), { ok: true, warning: true, detail: /sysfs/ });
  t.match(remedyOf('gpio.keeps-level'), /`safeOffFile`.*`dtparam=strict_gpiod`/);
});

void t.test('a chip whose kernel lets go of its outputs needs nothing', async (t) => {
  const gpio = { driver: 'chardev', chip: '/dev/null', lines: {} } as const;
  t.match(await checkSafeLevels({ gpio }), { ok: true, warning: undefined });
});

void t.test('a certificate beside the key of another, as after a renewal that was cut off, is a finding', async (t) => {
  const now = Date.now();
  const authority = await newAuthority('authority', now);
  const of = { name: 'kiosk-1', from: now, until: now + 60 * 86_400_000 };
  const { key } = await newCertified(authority, of);
  const { certificate } = await newCertified(authority, of);
  const tls = await writeTlsFiles(t.testdir(), 'kiosk-1', authority.certificate, { key, certificate });
  const broker = { url: 'mqtts://127.0.0.1:1', mqtt: 'auto', reconnectMs, tls } as const;
  const found = { ok: false, code: 'fleet.certificate-foreign' };
  t.match(await checkCertificate({ kiosk: 'kiosk-1', broker }, now), [found]);
  t.match(await checkBroker({ broker }), found);
  t.match(remedyOf('fleet.certificate-foreign'), /`simkiosk provision --grant`/);
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

void t.test('a broker is found at an address of IPv6, with TLS and without', { skip: !hasIpv6 }, async (t) => {
  const plain = createServer((socket) => socket.destroy());
  const authority = await newAuthority('authority', Date.now());
  const of = { name: 'broker', hosts: ['::1'], from: Date.now(), until: Date.now() + DAY_MS };
  const { key, certificate } = await newCertified(authority, of);
  const secure = createTlsServer({ key, cert: certificate }, (socket) => socket.destroy());
  const { ca } = await writeTlsFiles(t.testdir(), 'kiosk-1', authority.certificate, { key, certificate });
  for (const [server, protocol] of [
    [plain, 'mqtt'],
    [secure, 'mqtts'],
  ] as const) {
    t.teardown(() => server.close());
    server.listen(0, '::1');
    await once(server, 'listening');
    const url = `${protocol}://[::1]:${(server.address() as AddressInfo).port}`;
    const found = await checkBroker({ broker: { url, mqtt: 'auto', reconnectMs, tls: { ca } } });
    t.match(found, { ok: true, detail: /^reachable/ }, url);
  }
});

void t.test(
  'the doctor of an installed kiosk takes CA, certificate and keys from where the services get them',
  { skip: process.geteuid?.() !== 0 && 'only root may read there' },
  async (t) => {
    const now = Date.now();
    const authority = await newAuthority('authority', now);
    const of = { from: now, until: now + 60 * DAY_MS };
    const own = await newCertified(authority, { ...of, name: 'kiosk-1' });
    const { key, certificate } = await newCertified(authority, { ...of, name: 'broker', hosts: ['127.0.0.1'] });
    const server = createTlsServer({ key, cert: certificate }, (socket) => socket.destroy()).listen(0, '127.0.0.1');
    t.teardown(() => server.close());
    await once(server, 'listening');
    const store = t.testdir({
      'simkiosk-link.tls-ca': authority.certificate,
      'simkiosk-link.tls-cert': own.certificate,
      'simkiosk-link.tls-key': own.key,
      'simkiosk.signing-key': 'damaged',
    });
    const url = `mqtts://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = parseConfig({ ...virtual, kiosk: 'kiosk-1', broker: { url } }, 'test');
    t.match(await examineSecrets(config, true, false, store), [
      { name: 'broker', ok: true },
      { name: 'certificate', ok: true },
      { name: 'signing key', ok: false, code: 'fleet.key-missing' },
    ]);
  },
);

void t.test('a key that is none is a finding, also without a certificate', async (t) => {
  const dir = t.testdir({ 'garbage.key': 'garbage' });
  const broker = {
    url: 'mqtts://127.0.0.1:1',
    mqtt: 'auto',
    reconnectMs,
    tls: { key: join(dir, 'garbage.key') },
  } as const;
  t.match(await checkCertificate({ kiosk: 'kiosk-1', broker }, Date.now()), [
    { ok: false, code: 'fleet.certificate-foreign' },
  ]);
});
