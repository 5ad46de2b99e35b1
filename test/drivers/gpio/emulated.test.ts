import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { EmulatedGpioChip } from '../../../drivers/emulator/gpio-chip.js';
import type { ChipLine } from '../../../drivers/emulator/gpio-line.js';
import { EmulatedGpio } from '../../../drivers/gpio/emulated/index.js';
import { ToChip } from '../../../drivers/gpio/emulated/protocol.js';
import { LineConnection, listenOn } from '../../../src/lib/socket.js';
import { gpioContract } from '../../contract/gpio.js';
import { faultIs, holds } from '../../support/device-state.js';

const dir = await mkdtemp(join(tmpdir(), 'gpio-'));
t.teardown(() => rm(dir, { recursive: true }));
const lines: readonly ChipLine[] = [
  { name: 'motor', direction: 'output' },
  { name: 'sensor', direction: 'input' },
  { name: 'other', direction: 'input' },
];
const claimMotor = { id: 0, order: { type: 'request-outputs', lines: [{ line: 'motor', activeLow: false }] } };
const motorOn = { id: 1, order: { type: 'set', line: 'motor', level: true } };
let sockets = 0;
const newSocket = (): string => join(dir, `${++sockets}.sock`);

gpioContract(t, 'emulated GPIO', async () => {
  const socket = newSocket();
  const chip = await EmulatedGpioChip.listen({ socket, lines });
  return {
    wiredDirections: true,
    debounceUs: 10_000,
    open: () => new EmulatedGpio({ name: 'gpio', socket }),
    wire: (line) => chip.output(line),
    onWire: (listener) => chip.onOutput(listener),
    drive: (line, level) => chip.drive(line, level),
    unplug: () => chip.unplug(),
    plugIn: () => chip.plugIn(),
    close: () => chip.close(),
  };
});

void t.test('outputs go back to their safe level when the program that held them is killed', async (t) => {
  const socket = newSocket();
  const chip = await EmulatedGpioChip.listen({ socket, lines });
  t.teardown(() => chip.close());
  const orders = [claimMotor, motorOn].map((order) => `${JSON.stringify(order)}\n`).join('');
  const program = `require('node:net').connect(${JSON.stringify(socket)}).write(${JSON.stringify(orders)})`;
  const child = spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
  await holds(
    (look) => chip.onOutput(look),
    () => chip.output('motor'),
  );
  child.kill('SIGKILL');
  await holds(
    (look) => chip.onOutput(look),
    () => !chip.output('motor'),
  );
  t.pass('motor off');
});

void t.test('a program that does not speak the protocol loses the chip', async (t) => {
  const socket = newSocket();
  const chip = await EmulatedGpioChip.listen({ socket, lines });
  t.teardown(() => chip.close());
  const client = createConnection(socket);
  client.write([claimMotor, motorOn, { id: 2 }].map((order) => `${JSON.stringify(order)}\n`).join(''));
  client.resume();
  await once(client, 'close');
  t.equal(chip.output('motor'), false);
});

void t.test('a chip that came back without a line is at fault until the line is there', async (t) => {
  const socket = newSocket();
  const gpio = new EmulatedGpio({ name: 'gpio', socket });
  t.teardown(() => gpio.close());
  const asked = gpio.requestOutputs([{ line: 'motor' }]);
  const first = await EmulatedGpioChip.listen({ socket, lines });
  await asked;
  await first.close();
  const lesser = await EmulatedGpioChip.listen({ socket, lines: [] });
  await faultIs(gpio, 'gpio.line-unknown');
  await t.rejects(gpio.set('motor', true), { code: 'gpio.chip-missing' });
  await lesser.close();
  await faultIs(gpio, 'gpio.chip-missing');
  const last = await EmulatedGpioChip.listen({ socket, lines });
  t.teardown(() => last.close());
  await faultIs(gpio, undefined);
  await gpio.set('motor', true);
  t.equal(last.output('motor'), true);
});

void t.test('a chip that stops answering, or talks nonsense, is lost and tried again', async (t) => {
  const socket = newSocket();
  const connections: LineConnection[] = [];
  let greeting: unknown;
  const chip = await listenOn(socket, (accepted) => {
    const connection = new LineConnection(accepted);
    connections.push(connection);
    if (greeting !== undefined) connection.send(greeting);
    connection.onMessage((message) => {
      const { id, order } = ToChip.parse(message);
      if (order.type === 'request-outputs') connection.send({ type: 'done', id, level: false });
    });
  });
  t.teardown(() => chip.close());
  const gpio = new EmulatedGpio({ name: 'gpio', socket });
  t.teardown(() => gpio.close());
  await gpio.requestOutputs([{ line: 'motor' }]);
  await t.rejects(gpio.set('motor', true), { code: 'gpio.chip-missing' });
  await faultIs(gpio, 'gpio.chip-missing');
  await faultIs(gpio, undefined);
  t.equal(connections.length, 2);
  greeting = { type: 'edge', line: 'motor' };
  connections.at(-1)?.send(greeting);
  await faultIs(gpio, 'gpio.chip-missing');
  greeting = undefined;
  await faultIs(gpio, undefined);
  t.ok(connections.length > 2);
});

void t.test('the world cannot drive an output, nor a line that is not there', async (t) => {
  const chip = await EmulatedGpioChip.listen({ socket: newSocket(), lines });
  t.teardown(() => chip.close());
  t.throws(() => chip.drive('motor', true), { code: 'gpio.line-direction' });
  t.throws(() => chip.drive('moter', true), { code: 'gpio.line-unknown' });
  t.throws(() => chip.output('moter'), { code: 'gpio.line-unknown' });
});
