import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { openAuthority } from '../../src/carrier/authority.js';
import { VIRTUAL_KIOSK } from '../../src/cli/virtual-config.js';
import { statePaths } from '../../src/config/paths.js';
import { newCertified } from '../../src/provision/x509.js';
import { crowd, killOften } from '../crash/killing.js';
import { Bench } from '../support/bench.js';
import { freePort, startShipped } from '../support/mosquitto.js';
import { Command } from '../support/process.js';
import { writeTlsFiles } from '../support/tls-files.js';
import { agrees } from './chaos.js';

const DAY_MS = 86_400_000;

/**
 * Kiosk and carrier at mosquitto with TLS and the shipped access list. All of them, in processes of their own, are killed
 * and started again at random; then both ledgers are compared.
 */
export async function killAll(t: Test, mqtt: '5' | '3.1.1', kills: number, seed: number): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), 'secure-'));
  t.teardown(() => rm(base, { recursive: true }));
  const dir = join(base, 'state');
  const books = statePaths(dir).carrier;
  const now = Date.now();
  const authority = await openAuthority(books, now);
  const certified = (name: string) =>
    newCertified(authority, { name, hosts: ['127.0.0.1'], from: now, until: now + DAY_MS });
  const filesOf = async (name: string) => writeTlsFiles(base, name, authority.certificate, await certified(name));
  const port = await freePort();
  const broker = await startShipped(t, base, authority.certificate, await certified('broker'), port);
  const url = `mqtts://127.0.0.1:${port}`;
  const { ca, cert, key } = await filesOf('carrier');
  const startCarrier = (): Command =>
    new Command(['carrier', 'run', '--dir', books, '--broker', url, '--ca', ca, '--cert', cert, '--key', key]);

  const reconnectMs = { first: 200, longest: 500 };
  const config = { broker: { url, tls: await filesOf(VIRTUAL_KIOSK), mqtt, reconnectMs } };
  const bench = await Bench.start(t, { dir, visitors: crowd, cards: 500, config });
  // The world's own carrier goes; its books and keys stay.
  await bench.world.carrier.close();
  let carrier = startCarrier();
  t.teardown(() => carrier.kill());
  const { wrong, last } = await killOften(bench, kills, seed, [
    async () => {
      await carrier.kill('SIGKILL');
      carrier = startCarrier();
    },
    async () => {
      await broker.kill();
      await broker.run();
    },
  ]);
  t.same(wrong, [], 'the books are right after each kill');
  t.ok(agrees(last), 'both ledgers agree');
  t.comment(JSON.stringify({ seed, cards: last.cards, messages: last.messages, carrier: last.carrier }));
  // This carrier's limit is that of a real one: whoever has been here often enough is refused.
  t.match(await bench.visit(), /^(sold|refused-carrier carrier\.holder-limit)$/, 'and it serves');
}
