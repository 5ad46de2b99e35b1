import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { test } from 'tap';
import { openAuthority } from '../../src/carrier/authority.js';
import { enrol } from '../../src/carrier/enrol.js';
import { readKiosks } from '../../src/carrier/read-kiosks.js';
import { countSales } from '../../src/carrier/read-ledger.js';
import { VIRTUAL_KIOSK } from '../../src/cli/virtual-config.js';
import { KioskKeys } from '../../src/provision/kiosk-keys.js';
import { newCertified } from '../../src/provision/x509.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { freePort, noMosquitto, startShipped } from '../support/mosquitto.js';
import { Command } from '../support/process.js';
import { writeTlsFiles } from '../support/tls-files.js';

t.setTimeout(230_000);

const DAY_MS = 86_400_000;

test(
  'a kiosk that was provisioned and enrolled sells through a broker with the shipped access list, by mutual TLS',
  { skip: noMosquitto },
  async (t) => {
    const now = Date.now();
    const base = await mkdtemp(join(tmpdir(), 'secure-'));
    t.teardown(() => rm(base, { recursive: true }));
    const [books, kiosk] = [join(base, 'carrier'), join(base, 'kiosk')];
    const keys = new KioskKeys(kiosk);
    const request = await keys.request(VIRTUAL_KIOSK);
    const grant = await enrol({ dir: books, request, overlapDays: 7, replace: false, now });
    await keys.install(JSON.stringify(grant));
    const authority = await openAuthority(books, now);
    const certified = (name: string, hosts: readonly string[]) =>
      newCertified(authority, { name, hosts, from: now, until: now + DAY_MS });
    const port = await freePort();
    await startShipped(t, base, authority.certificate, await certified('broker', ['127.0.0.1']), port);
    const url = `mqtts://127.0.0.1:${port}`;

    const own = await certified('carrier', []);
    const { ca, cert, key } = await writeTlsFiles(base, 'carrier', authority.certificate, own);
    const files = ['--ca', ca, '--cert', cert, '--key', key];
    const carrier = new Command(['carrier', 'run', '--dir', books, '--broker', url, ...files]);
    t.teardown(() => carrier.kill());

    const of = (name: string): string => join(kiosk, `simkiosk-link.tls-${name}`);
    const config = {
      broker: { url, tls: { ca: of('ca'), cert: of('cert'), key: of('key') } },
      carrier: grant.carrier,
      signingKey: join(kiosk, 'simkiosk.signing-key'),
    };
    const bench = await Bench.start(t, { visitors: [holder(1)], config });
    await bench.idle();
    t.equal(await bench.visit(), 'sold');
    for (;;) {
      const [view] = await readKiosks(books, Date.now());
      if (view?.said?.cards?.taken === 1 && (await countSales(books)).get('active') === 1) break;
    }
    t.match(await readKiosks(books, Date.now()), [
      { kiosk: VIRTUAL_KIOSK, condition: 'sellable', certificateDays: 364, said: { cards: { taken: 1 } } },
    ]);
    t.equal(await carrier.kill('SIGTERM'), 0);
  },
);
