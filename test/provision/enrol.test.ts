import { mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { enrol } from '../../src/carrier/enrol.js';
import { SqliteCarrierStore } from '../../src/carrier/sqlite-store.js';
import type { Grant } from '../../src/provision/grant.js';
import { KioskKeys } from '../../src/provision/kiosk-keys.js';
import { writeRequest } from '../../src/provision/request.js';
import { newTlsKey, requestCertificate } from '../../src/provision/x509.js';
import { Command } from '../support/process.js';
import { newSigner } from '../support/signed.js';

const KIOSK = 'kiosk-1';
const DAY_MS = 86_400_000;
const NOW = Date.now();

/** A carrier's folder and a kiosk's. */
function open(t: Test) {
  const base = t.testdir();
  const dir = join(base, 'carrier');
  const folder = join(base, 'kiosk');
  const accept = (request: string, replace = false, now = NOW): Promise<Grant> =>
    enrol({ dir, request, overlapDays: 7, replace, now });
  const pinned = async (now = NOW): Promise<readonly string[]> => {
    const store = await SqliteCarrierStore.open(dir);
    const keys = await store.registry.keysOf(KIOSK, now);
    await store.close();
    return keys.map(({ kid }) => kid);
  };
  return { dir, folder, keys: new KioskKeys(folder), accept, pinned };
}

test('a kiosk makes its keys, the carrier enrols them, and the grant fits', async (t) => {
  const { folder, keys, accept, pinned } = open(t);
  const request = await keys.request(KIOSK);
  t.equal(await keys.request(KIOSK).then((again) => again.split('.')[0]), request.split('.')[0], 'the keys stay');
  const grant = await accept(request);
  t.same(await pinned(), [grant.kid]);
  t.match(await keys.install(JSON.stringify(grant)), { kiosk: KIOSK, kid: grant.kid });
  const certificate = new X509Certificate(await readFile(join(folder, 'simkiosk-link.tls-cert')));
  t.equal(certificate.subject, `CN=${KIOSK}`);
  t.ok(certificate.verify(new X509Certificate(grant.ca).publicKey));
  t.same((await readdir(folder)).sort(), [
    'simkiosk-link.tls-ca',
    'simkiosk-link.tls-cert',
    'simkiosk-link.tls-key',
    'simkiosk.signing-key',
  ]);
  for (const name of await readdir(folder)) t.equal((await stat(join(folder, name))).mode & 0o777, 0o600, name);
  for (const name of ['simkiosk-link.tls-key', 'simkiosk.signing-key']) {
    const secret = (await readFile(join(folder, name), 'utf8')).trim().split('\n').at(-2) ?? '';
    t.notOk(secret && JSON.stringify([request, grant]).includes(secret), 'private keys stay where they are');
  }
});

test('a key is followed by another without a gap: for a while both count', async (t) => {
  const { keys, accept, pinned } = open(t);
  const first = await accept(await keys.request(KIOSK));
  await keys.install(JSON.stringify(first));
  const next = await accept(await keys.renewal(KIOSK));
  t.same(new Set(await pinned()), new Set([first.kid, next.kid]));
  t.not(first.kid, next.kid);
  await keys.install(JSON.stringify(next));
  await t.rejects(keys.install(JSON.stringify(first)), { code: 'enrol.request-invalid' }, 'the old grant fits no more');
  t.same(await pinned(NOW + 7 * DAY_MS), [next.kid]);
  const third = await accept(await keys.renewal(KIOSK), false, NOW + 300 * DAY_MS);
  t.same(new Set(await pinned(NOW + 301 * DAY_MS)), new Set([next.kid, third.kid]));
});

test('an old request that turns up again does not bring back a key that another has followed', async (t) => {
  const { keys, accept, pinned } = open(t);
  const requests: string[] = [];
  const grants: Grant[] = [];
  const take = async (request: string, day: number): Promise<void> => {
    const grant = await accept(request, false, NOW + day * DAY_MS);
    requests.push(request);
    grants.push(grant);
    await keys.install(JSON.stringify(grant));
  };
  await take(await keys.request(KIOSK), 0);
  await take(await keys.renewal(KIOSK), 1);
  await take(await keys.renewal(KIOSK), 2);
  for (const old of requests.slice(0, 2))
    await t.rejects(accept(old, false, NOW + 3 * DAY_MS), { code: 'enrol.not-endorsed', detail: /followed/ });
  await accept(requests[2] ?? '', false, NOW + 3 * DAY_MS);
  t.same(await pinned(NOW + 11 * DAY_MS), [grants[2]?.kid], 'the present one may come again, and stays');
  await accept(requests[1] ?? '', true, NOW + 4 * DAY_MS);
  t.same(await pinned(NOW + 4 * DAY_MS), [grants[1]?.kid], 'unless a person says that the others are lost');
});

test('a grant that was put in place by half is put in place again', async (t) => {
  const { folder, keys, accept } = open(t);
  await keys.install(JSON.stringify(await accept(await keys.request(KIOSK))));
  const next = await accept(await keys.renewal(KIOSK));
  const tlsKey = join(folder, 'simkiosk-link.tls-key');
  await rename(`${tlsKey}.next`, tlsKey);
  await keys.install(JSON.stringify(next));
  const present = (await readdir(folder)).filter((name) => name.endsWith('.next'));
  t.same(present, [], 'no key waits any more');
  await keys.install(JSON.stringify(next));
});

test('other keys for an enrolled kiosk need its present key, or a person who says that it is lost', async (t) => {
  const { folder, keys, accept, pinned } = open(t);
  const { kid } = await accept(await keys.request(KIOSK));
  const thief = new KioskKeys(`${folder}-of-a-thief`);
  await t.rejects(thief.renewal(KIOSK), { code: 'fleet.key-missing' }, 'nothing to renew');
  await t.rejects(accept(await thief.request(KIOSK)), { code: 'enrol.not-endorsed', detail: KIOSK });
  await t.rejects(accept(await thief.renewal(KIOSK)), {
    code: 'enrol.request-invalid',
    detail: 'the key is not pinned',
  });
  t.same(await pinned(), [kid]);
  const replaced = await accept(await thief.request(KIOSK), true);
  t.same(await pinned(), [replaced.kid], 'none of the lost keys counts any more');
});

test('a request that is damaged, or asks for another name than it signs for, is refused', async (t) => {
  const { keys, accept, pinned } = open(t);
  const request = await keys.request(KIOSK);
  const signer = await newSigner();
  const foreign = await writeRequest(KIOSK, signer, await requestCertificate(await newTlsKey(), 'kiosk-2'));
  const none = await writeRequest(KIOSK, signer, 'no request');
  const [head, , signature] = request.split('.');
  const swapped = [head, (await keys.renewal('kiosk-2')).split('.')[1], signature].join('.');
  for (const bad of ['', 'garbage', 'a.b.c', request.slice(0, -8), swapped, foreign, none])
    await t.rejects(accept(bad), { code: 'enrol.request-invalid' });
  t.same(await pinned(), []);
});

test('the commands do the same', async (t) => {
  const { dir, folder } = open(t);
  const run = async (...args: readonly string[]): Promise<Command> => {
    const command = new Command([...args, '--json']);
    await command.exited;
    return command;
  };
  t.match((await run('provision', '--kiosk', KIOSK, '--dir', folder)).json(), { kiosk: KIOSK });
  const grant = join(folder, 'grant.json');
  const enrolled = await run('carrier', 'enrol', join(folder, 'simkiosk.request'), '--dir', dir, '--out', grant);
  t.match(enrolled.json(), { kiosk: KIOSK, grant }, enrolled.stderr);
  t.match((await run('provision', '--dir', folder, '--grant', grant)).json(), { carrier: { signingKeys: [{}] } });
  await writeFile(grant, '{}');
  t.match((await run('provision', '--dir', folder, '--grant', grant)).json(), { error: 'enrol.request-invalid' });
  t.equal(await (await run('provision', '--kiosk', 'Kiosk 1', '--dir', folder)).exited, 64);
  const certs = join(folder, 'certs');
  const certify = ['carrier', 'certify', 'broker', '--host', 'broker.example', '--dir', dir, '--out', certs];
  t.match((await run(...certify)).json(), { name: 'broker' });
  const certificate = new X509Certificate(await readFile(join(certs, 'broker.pem')));
  t.equal(certificate.checkHost('broker.example'), 'broker.example');
});

test('a grant that cannot be put in place has a code', async (t) => {
  const { folder, keys, accept } = open(t);
  const grant = await accept(await keys.request(KIOSK));
  await mkdir(join(folder, 'simkiosk-link.tls-ca'));
  await t.rejects(keys.install(JSON.stringify(grant)), { code: 'cli.usage', detail: /cannot be put into/ });
});
