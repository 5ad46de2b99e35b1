import { test } from 'tap';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { NotifySocket } from '../support/notify-socket.js';
import { Operator } from '../support/operator.js';
import { Command } from '../support/process.js';

/** A limit of two seconds: a sign of life every half second. */
const told = (socket: NotifySocket): readonly string[] => [
  'env',
  `NOTIFY_SOCKET=${socket.path}`,
  'WATCHDOG_USEC=2000000',
];

const signs = (heard: readonly string[]): number => heard.filter((message) => message === 'WATCHDOG=1').length;

test('the device process tells systemd that it is ready, what it does, that it lives, and that it stops', async (t) => {
  const socket = await NotifySocket.listen(t);
  const bench = await Bench.start(t, { visitors: [holder(1)], runPrefix: told(socket) });
  await socket.until((heard) => heard.includes('READY=1') && heard.includes('STATUS=idle') && signs(heard) >= 3);
  t.equal(await bench.visit(), 'sold');
  await bench.link.kill();
  await socket.until((heard) => heard.includes('STATUS=out-of-service, link.down'));
  await bench.run.kill('SIGTERM');
  await socket.until((heard) => heard.includes('STOPPING=1\nSTATUS=stopping'));
  t.equal(socket.heard[0], 'READY=1');
});

test('the network process does so too, connected to the broker or not', async (t) => {
  const socket = await NotifySocket.listen(t);
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  await bench.link.kill();
  const link = new Command(['link', '--config', bench.world.configFile], { prefix: told(socket) });
  bench.commands.push(link);
  await socket.until((heard) => heard.includes('STATUS=connected to the broker') && signs(heard) >= 3);
  await bench.run.kill();
  await socket.until((heard) => heard.includes('STATUS=waiting for the device process'));
  await link.kill('SIGTERM');
  await socket.until((heard) => heard.includes('STOPPING=1\nSTATUS=stopping'));
  t.equal(socket.heard[0], 'READY=1');
});

test('where systemd begins it anew, an operator’s restart ends the device process, and has succeeded once it is back', async (t) => {
  const socket = await NotifySocket.listen(t);
  const bench = await Bench.start(t, { visitors: [holder(1)], runPrefix: told(socket) });
  await bench.idle();
  const restart = new Operator(bench).ask('restart');
  await socket.until((heard) => heard.includes('STOPPING=1\nSTATUS=stopping'));
  t.equal(await bench.run.exited, 0);
  bench.startRun();
  t.match(await restart, { status: 'succeeded' });
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
});
