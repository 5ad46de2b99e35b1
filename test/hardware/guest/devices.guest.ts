import { existsSync, readFileSync } from 'node:fs';
import { t } from 'tap';
import { SerialPort } from 'serialport';
import { SerialLine } from '../../../drivers/serial/line.js';
import { systemClock } from '../../../src/lib/clock.js';
import { GpioSim } from './gpio-sim.js';
import { until } from './until.js';
import { plugUsb, unplugUsb } from './monitor.js';

const USB = '/dev/ttyUSB0';

void t.test('a chip of gpio-sim has named lines, with levels on both ends of a wire', (t) => {
  const chip = new GpioSim('smoke', ['motor', 'sensor']);
  t.teardown(() => chip.remove());
  t.ok(existsSync(chip.path), chip.path);
  t.equal(chip.wire('sensor'), false);
  chip.drive('sensor', true);
  t.equal(chip.wire('sensor'), true);
  chip.unplug();
  t.notOk(existsSync(chip.path), 'unplugged');
  t.equal(chip.wire('sensor'), false);
  chip.plugIn();
  t.ok(existsSync(chip.path), 'plugged in again');
  t.equal(chip.wire('sensor'), true);
  t.end();
});

void t.test('the camera of vivid is there', (t) => {
  t.equal(readFileSync('/sys/class/video4linux/video0/name', 'utf8').trim(), 'vivid-000-vid-cap');
  t.end();
});

for (const [near, far] of [
  ['/dev/ttyS1', '/dev/ttyS2'],
  ['/dev/ttyUSB0', '/dev/ttyS3'],
] as const) {
  void t.test(`what is written to ${far} arrives at ${near}`, async (t) => {
    const ports = [near, far].map((path) => new SerialPort({ path, baudRate: 115_200 }));
    t.teardown(() => ports.forEach((port) => port.close()));
    const [one, other] = ports;
    if (!one || !other) return;
    await Promise.all(ports.map((port) => new Promise((resolve) => port.once('open', resolve))));
    const arrived = new Promise((resolve) => one.once('data', resolve));
    other.write('x');
    t.same(await arrived, Buffer.from('x'));
  });
}

void t.test('a USB serial line hangs up when it is unplugged, and comes back', async (t) => {
  const heard: string[] = [];
  const line = new SerialLine({ path: USB, baudRate: 115_200 }, systemClock, {
    onOpen: () => heard.push('open'),
    onDown: () => heard.push('down'),
    onData: () => undefined,
  });
  t.teardown(() => line.close());
  await until(() => line.isOpen);
  await unplugUsb();
  await until(() => !line.isOpen);
  t.notOk(existsSync(USB));
  await plugUsb();
  await until(() => line.isOpen);
  t.same(heard, ['open', 'down', 'open']);
});
