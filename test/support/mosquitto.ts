import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';
import { rootDir } from '../../src/lib/paths.js';
import type { KeyAndCertificate } from '../../src/provision/x509.js';

export const noMosquitto = spawnSync('mosquitto', ['-h']).error ? 'mosquitto is not installed' : false;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** mosquitto with this configuration, until the test ends; resolves when it listens. */
export async function startMosquitto(t: Test, dir: string, config: string) {
  const file = join(dir, 'mosquitto.conf');
  await writeFile(file, `${config}\nlog_type all\nlog_dest stderr\nuser root\n`);
  const mosquitto = spawn('mosquitto', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  const kill = async (): Promise<void> => {
    if (mosquitto.exitCode === null && mosquitto.signalCode === null) {
      mosquitto.kill('SIGKILL');
      await once(mosquitto, 'exit');
    }
  };
  t.teardown(kill);
  await new Promise<void>((resolve, reject) => {
    mosquitto.once('exit', () => reject(new Error(said.join('\n'))));
    createInterface({ input: mosquitto.stderr }).on('line', (line) => {
      said.push(line);
      if (line.includes('running')) resolve();
    });
  });
  return { said, kill };
}

/** mosquitto as the shipped configuration and access list have it, on a port of the loopback interface. */
export async function startShipped(t: Test, dir: string, ca: string, broker: KeyAndCertificate, port: number) {
  const certs = join(dir, 'certs');
  await mkdir(certs, { recursive: true });
  await writeFile(join(certs, 'ca.pem'), ca);
  await writeFile(join(certs, 'broker.pem'), broker.certificate);
  await writeFile(join(certs, 'broker.key'), broker.key);
  const shipped = (name: string): Promise<string> => readFile(join(rootDir, 'brokers/mosquitto', name), 'utf8');
  await writeFile(join(dir, 'simkiosk.acl'), await shipped('simkiosk.acl'));
  const config = (await shipped('simkiosk.conf'))
    .replaceAll('/etc/mosquitto', dir)
    .replace('listener 8883', `listener ${port} 127.0.0.1`);
  return startMosquitto(t, dir, config);
}
