import { createConnection } from 'node:net';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { KioskError } from '../../src/errors.js';
import { listenForTechnicians, type CarryOut } from '../../src/kiosk/control-socket.js';
import { LineConnection } from '../../src/lib/socket.js';
import { withResolvers } from '../../src/lib/with-resolvers.js';

const STATUS = { by: 'root', ask: { command: 'status' } };

/** A technician on the socket of a service that answers so; what is said to them, until the connection ends. */
async function ask(t: Test, carryOut: CarryOut, onFatal: (error: unknown) => void = (error) => t.fail(String(error))) {
  const dir = await mkdtemp(join(tmpdir(), 'control-'));
  t.teardown(() => rm(dir, { recursive: true }));
  const path = join(dir, 'control.sock');
  const control = await listenForTechnicians(path, carryOut, onFatal);
  t.teardown(() => control.close());
  const socket = createConnection(path);
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  const connection = new LineConnection(socket);
  const heard: unknown[] = [];
  connection.onMessage((message) => heard.push(message));
  const gone = once(socket, 'close');
  return { control, connection, heard, gone };
}

void t.test('who asked is answered before the service closes, and gone then', async (t) => {
  const { promise: begun, resolve: begin } = withResolvers<undefined>();
  const { promise: work, resolve: finish } = withResolvers<{ state: string }>();
  const { control, connection, heard, gone } = await ask(t, () => {
    begin(undefined);
    return work;
  });
  connection.send(STATUS);
  await begun;
  const closed = control.close();
  finish({ state: 'idle' });
  await Promise.all([closed, gone]);
  t.same(heard, [{ ok: true, result: { state: 'idle' } }]);
});

void t.test('an error that ends the service is told first', async (t) => {
  const ended: Promise<void>[] = [];
  const { control, connection, heard, gone } = await ask(
    t,
    () => Promise.reject(new KioskError('journal.unwritable', 'disk')),
    () => ended.push(control.close()),
  );
  connection.send(STATUS);
  await gone;
  await Promise.all(ended);
  t.equal(ended.length, 1);
  t.same(heard, [{ ok: false, code: 'journal.unwritable', detail: 'disk' }]);
});

void t.test('work that does not end does not hold up the end of the service', async (t) => {
  const { promise: begun, resolve: begin } = withResolvers<undefined>();
  const { control, connection, heard, gone } = await ask(t, () => {
    begin(undefined);
    return new Promise(() => undefined);
  });
  connection.send(STATUS);
  await begun;
  await Promise.all([control.close(), gone]);
  t.same(heard, []);
});
