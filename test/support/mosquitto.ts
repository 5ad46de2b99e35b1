import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';
import { rootDir } from '../../src/lib/paths.js';
import type { KeyAndCertificate } from '../../src/provision/x509.js';
import { writeTlsFiles } from './tls-files.js';

export const noMosquitto = spawnSync('mosquitto', ['-h']).error ? 'mosquitto is not installed' : false;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A real broker, which forgets everything when it is killed: sessions, retained messages, what it had acknowledged. */
export class Mosquitto {
  readonly #config: string;
  readonly port: number;
  #process: ChildProcess | undefined;
  readonly said: string[] = [];

  private constructor(config: string, port: number) {
    this.#config = config;
    this.port = port;
  }

  static async start(dir: string): Promise<Mosquitto> {
    const port = await freePort();
    const open = `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0`;
    return Mosquitto.configured(dir, port, open);
  }

  static async configured(dir: string, port: number, config: string): Promise<Mosquitto> {
    const file = join(dir, 'mosquitto.conf');
    await writeFile(file, `${config}\nlog_type all\nlog_dest stderr\nuser root\n`);
    const broker = new Mosquitto(file, port);
    await broker.run();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async run(): Promise<void> {
    const child = spawn('mosquitto', ['-c', this.#config], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error(this.said.slice(-5).join('\n'))));
      createInterface({ input: child.stderr }).on('line', (line) => {
        this.said.push(line);
        if (this.said.length > 1_000) this.said.shift();
        if (line.includes('running')) resolve();
      });
    });
  }

  /** `SIGSTOP` freezes it, `SIGCONT` lets it go on. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

/** With this configuration, until the test ends. */
export async function startMosquitto(t: Test, dir: string, port: number, config: string): Promise<Mosquitto> {
  const broker = await Mosquitto.configured(dir, port, config);
  t.teardown(() => broker.kill());
  return broker;
}

/** mosquitto as the shipped configuration and access list have it, on a port of the loopback interface. */
export async function startShipped(t: Test, dir: string, ca: string, broker: KeyAndCertificate, port: number) {
  await writeTlsFiles(join(dir, 'certs'), 'broker', ca, broker);
  const shipped = (name: string): Promise<string> => readFile(join(rootDir, 'brokers/mosquitto', name), 'utf8');
  await writeFile(join(dir, 'simkiosk.acl'), await shipped('simkiosk.acl'));
  const config = (await shipped('simkiosk.conf'))
    .replaceAll('/etc/mosquitto', dir)
    .replace('listener 8883', `listener ${port} 127.0.0.1`);
  return startMosquitto(t, dir, port, config);
}
