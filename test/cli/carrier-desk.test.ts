import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { test, type Test } from 'tap';
import { SqliteCarrierStore } from '../../src/carrier/sqlite-store.js';
import { EXIT } from '../../src/cli/command.js';
import { Command } from '../support/process.js';
import { newSigner } from '../support/signed.js';

t.setTimeout(120_000);

const KIOSK = 'kiosk-1';

/** A command at the carrier's desk. */
async function desk(dir: string, ...args: readonly string[]): Promise<{ code: number | string; json: unknown }> {
  const command = new Command(['carrier', ...args, '--dir', dir, '--json']);
  const code = await command.exited;
  return { code, json: command.json() };
}

/** Books in which nothing stands but that a kiosk is enrolled. */
async function openBooks(t: Test) {
  const dir = join(t.testdir(), 'carrier');
  const store = await SqliteCarrierStore.open(dir);
  t.teardown(() => store.close());
  const { kid, ...key } = (await newSigner()).publicKey;
  await store.registry.pin(KIOSK, { kid, key }, 0, 0);
  return { dir, orders: store.orders, registry: store.registry };
}

/** Resolves with what is found once there is something. */
async function until<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
  }
}

test('a command or settings that no kiosk could be sent are not taken', async (t) => {
  const { dir, orders } = await openBooks(t);
  const wrong = [
    ['--by', ''],
    ['--by', 'x'.repeat(65)],
    ['--within', '999999999999'],
    ['--within', '99999999999999'],
  ];
  for (const options of wrong) {
    const { code, json } = await desk(dir, 'command', KIOSK, 'stock-report', ...options);
    t.equal(code, EXIT.usage, options.join(' '));
    t.match(json, { error: 'cli.usage', detail: options[0] === '--by' ? /^by: / : /^deadline: / });
  }
  t.same(await orders.of(KIOSK), []);
  const file = join(dir, 'settings.json');
  await writeFile(file, JSON.stringify({ consent: { version: '1', text: 'x'.repeat(50_000) } }));
  t.match(await desk(dir, 'configure', KIOSK, file), { code: EXIT.usage, json: { error: 'cli.usage' } });
  t.equal(await orders.configuration(KIOSK), undefined);
  t.match(await desk(dir, 'command', KIOSK, 'stock-report', '--by', 'anna'), { code: EXIT.ok, json: { id: /./ } });
  t.match(await orders.of(KIOSK), [{ command: { by: 'anna' }, status: 'issued' }]);
});

test('a kiosk that is not enrolled, or was revoked, is given nothing', async (t) => {
  const { dir, orders, registry } = await openBooks(t);
  const file = join(dir, 'settings.json');
  await writeFile(file, '{}');
  const asked = async (kiosk: string) => {
    const unknown = { code: EXIT.failed, json: { error: 'carrier.unknown-kiosk', detail: kiosk } };
    t.match(await desk(dir, 'command', kiosk, 'restart', '--wait'), unknown);
    t.match(await desk(dir, 'configure', kiosk, file, '--wait'), unknown);
  };
  await asked('kiosk-l');
  t.match(await desk(dir, 'revoke', 'kiosk-l'), { code: EXIT.failed, json: { error: 'carrier.unknown-kiosk' } });
  t.equal((await registry.keysOf(KIOSK, 0)).length, 1);
  t.match(await desk(dir, 'revoke', KIOSK), { code: EXIT.ok, json: { revoked: KIOSK } });
  t.same(await registry.keysOf(KIOSK, 0), []);
  await asked(KIOSK);
  t.same(await orders.awaited(), []);
});

test('what a command of the desk cannot read, write or reach has a code', async (t) => {
  const dir = join(t.testdir({ file: '' }), 'carrier');
  const out = join(dir, 'out');
  t.match(await desk(dir, 'certify', '../broker', '--out', out), { code: EXIT.usage, json: { error: 'cli.usage' } });
  for (const nowhere of [join(dir, '..', 'file'), join(dir, '..', 'file', 'out')])
    t.match(await desk(dir, 'certify', 'broker', '--out', nowhere), {
      code: EXIT.usage,
      json: { error: 'cli.usage', detail: /cannot be made/ },
    });
  t.match(await desk(dir, 'certify', 'broker', '--out', out), { code: EXIT.ok });
  t.match(await desk(out, 'certify', 'broker', '--out', join(out, 'broker.pem')), { json: { error: 'cli.usage' } });
  await writeFile(join(dir, 'authority.json'), '{"key":1}');
  const damaged = await desk(dir, 'certify', 'broker', '--out', out);
  t.match(damaged, { code: EXIT.failed, json: { error: 'carrier.books-unusable', detail: /authority\.json/ } });
  t.match(await desk(join(dir, '..', 'file'), 'certify', 'broker', '--out', out), {
    json: { error: 'carrier.books-unusable' },
  });
  for (const [option, value] of [
    ['--broker', 'localhost'],
    ['--broker', 'http://localhost'],
    ['--metrics-port', '65536'],
  ] as const) {
    const of = option === '--broker' ? [] : ['--broker', 'mqtt://localhost'];
    t.match(await desk(dir, 'run', ...of, option, value), {
      code: EXIT.usage,
      json: { error: 'cli.usage', detail: value },
    });
  }
});

test('whoever waits learns by the exit code whether a command succeeded and settings are in force', async (t) => {
  const { dir, orders } = await openBooks(t);
  const ends = [
    ['succeeded', EXIT.ok],
    ['rejected', EXIT.failed],
    ['failed', EXIT.failed],
    ['expired', EXIT.failed],
  ] as const;
  for (const [status, code] of ends) {
    const waiting = desk(dir, 'command', KIOSK, 'stock-report', '--wait');
    const { command } = await until(async () => (await orders.unanswered(KIOSK))[0]);
    await orders.takeReply(KIOSK, { command: command.id, status });
    t.match(await waiting, { code, json: { status } });
  }
  const file = join(dir, 'settings.json');
  await writeFile(file, '{"rules.minimumAge": 18}');
  const becomes = [
    ['applied', EXIT.ok],
    ['refused', EXIT.failed],
    ['rolled-back', EXIT.failed],
  ] as const;
  for (const [status, code] of becomes) {
    const waiting = desk(dir, 'configure', KIOSK, file, '--wait');
    const { desired } = await until(() => orders.unsettled(KIOSK));
    const { version, hash } = desired;
    await orders.takeReport(KIOSK, { version, hash, status, errors: [], inForce: { version, hash } });
    t.match(await waiting, { code, json: { status } });
  }
  t.match(await desk(dir, 'configure', KIOSK, file), { code: EXIT.ok, json: { status: 'issued' } });
});

test('a folder without books stays as it is: nobody is blocked there, and nothing is asked of a kiosk', async (t) => {
  const dir = t.testdir({ 'file.json': '{"type": "resident", "number": "11010119900101100X"}' });
  const file = join(dir, 'file.json');
  for (const args of [
    ['block', '--document', file],
    ['command', KIOSK, 'stock-report'],
    ['commands', KIOSK],
    ['configuration', KIOSK],
  ])
    t.match(await desk(dir, ...args), { code: EXIT.failed, json: { error: 'carrier.no-books' } }, args.join(' '));
  await writeFile(file, '{}');
  t.match(await desk(dir, 'configure', KIOSK, file), { code: EXIT.failed, json: { error: 'carrier.no-books' } });
  t.same(await readdir(dir), ['file.json']);
});
