import { test, type Test } from 'tap';
import { giveLifeSigns, type Condition } from '../../src/lib/life-signs.js';
import { serviceManager } from '../../src/lib/service-manager.js';
import { NotifySocket } from '../support/notify-socket.js';

/** libsystemd looks into the environment by itself. */
async function manager(t: Test, watchdogMs?: number) {
  const socket = await NotifySocket.listen(t);
  process.env['NOTIFY_SOCKET'] = socket.path;
  t.teardown(() => delete process.env['NOTIFY_SOCKET']);
  const limit = watchdogMs === undefined ? {} : { WATCHDOG_USEC: String(watchdogMs * 1_000) };
  return { socket, manager: await serviceManager({ NOTIFY_SOCKET: socket.path, ...limit }) };
}

const signs = (heard: readonly string[]): number => heard.filter((message) => message === 'WATCHDOG=1').length;

test('a healthy process is ready, says its status once, and gives signs of life until it stops', async (t) => {
  const { socket, manager: systemd } = await manager(t, 40);
  const stopping = giveLifeSigns(systemd, () => ({ healthy: true, status: 'idle' }));
  await socket.until((heard) => signs(heard) === 3);
  stopping();
  await socket.until((heard) => heard.includes('STOPPING=1\nSTATUS=stopping'));
  t.same(socket.heard.slice(0, 3), ['READY=1', 'STATUS=idle', 'WATCHDOG=1']);
  t.equal(socket.heard.filter((message) => message.startsWith('STATUS=idle')).length, 1);
});

test('a process that is stuck says so and gives no sign of life, until it gets on again', async (t) => {
  const { socket, manager: systemd } = await manager(t, 40);
  let condition: Condition = { healthy: true, status: 'idle' };
  const stopping = giveLifeSigns(systemd, () => condition);
  t.teardown(stopping);
  condition = { healthy: false, status: 'stuck in reading' };
  await socket.until((heard) => heard.includes('STATUS=stuck in reading'));
  const before = signs(socket.heard);
  condition = { healthy: false, status: 'still stuck' };
  await socket.until((heard) => heard.includes('STATUS=still stuck'));
  t.equal(signs(socket.heard), before);
  condition = { healthy: true, status: 'idle' };
  await socket.until((heard) => signs(heard) > before);
});

test('without a service manager nothing is told and nothing fails', async (t) => {
  const nobody = await serviceManager({});
  nobody.tell('READY=1');
  t.equal(nobody.watchdogMs, undefined);
});

test('the watchdog’s limit is in milliseconds, and is not for the child of the process it was meant for', async (t) => {
  const env = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '20000000' };
  t.equal((await serviceManager(env)).watchdogMs, 20_000);
  t.equal((await serviceManager({ ...env, WATCHDOG_PID: String(process.pid) })).watchdogMs, 20_000);
  t.equal((await serviceManager({ ...env, WATCHDOG_PID: '1' })).watchdogMs, undefined);
  t.equal((await serviceManager({ ...env, WATCHDOG_USEC: 'soon' })).watchdogMs, undefined);
});
