import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'tap';
import { holder, writeCast } from '../support/cast.js';
import { Command } from '../support/process.js';

const skip = spawnSync('mosquitto', ['-h']).error ? 'mosquitto is not installed' : false;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('a sale goes through another broker, by MQTT 5', { skip }, async (t) => {
  const dir = t.testdir();
  const port = await freePort();
  const config = join(dir, 'mosquitto.conf');
  await writeFile(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nlog_type all\nlog_dest stderr\nuser root\n`,
  );
  const mosquitto = spawn('mosquitto', ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.teardown(() => mosquitto.kill('SIGKILL'));
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    mosquitto.once('exit', () => reject(new Error(said.join('\n'))));
    createInterface({ input: mosquitto.stderr }).on('line', (line) => {
      said.push(line);
      if (line.includes('running')) resolve();
    });
  });

  const cast = await writeCast(join(dir, 'cast.json'), [holder(1)]);
  const broker = `mqtt://127.0.0.1:${port}`;
  const demo = new Command(['demo', '--customers', '1', '--json', '--cast', cast, '--broker', broker]);
  t.equal(await demo.exited, 0, demo.stderr);
  t.match(demo.json(), { outcomes: { sold: 1 } });
  t.ok(
    said.some((line) => line.includes('as virtual-1 (p5,')),
    'the kiosk spoke MQTT 5',
  );
});
