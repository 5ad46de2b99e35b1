import { join } from 'node:path';
import { test } from 'tap';
import { holder, writeCast } from '../support/cast.js';
import { Mosquitto, noMosquitto } from '../support/mosquitto.js';
import { Command } from '../support/process.js';

test('a sale goes through another broker, by MQTT 5', { skip: noMosquitto }, async (t) => {
  const dir = t.testdir();
  const broker = await Mosquitto.start(dir);
  t.teardown(() => broker.kill());
  const cast = await writeCast(join(dir, 'cast.json'), [holder(1)]);
  const demo = new Command(['demo', '--customers', '1', '--json', '--cast', cast, '--broker', broker.url]);
  t.equal(await demo.exited, 0, demo.stderr);
  t.match(demo.json(), { outcomes: { sold: 1 } });
  t.ok(
    broker.said.some((line) => line.includes('as virtual-1 (p5,')),
    'the kiosk spoke MQTT 5',
  );
});
