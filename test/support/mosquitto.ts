import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const noMosquitto = spawnSync('mosquitto', ['-h']).error ? 'mosquitto is not installed' : false;

async function freePort(): Promise<number> {
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
    const config = join(dir, 'mosquitto.conf');
    const lines = [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'log_type all',
      'log_dest stderr',
      'user root',
    ];
    await writeFile(config, `${lines.join('\n')}\nmax_queued_messages 0\n`);
    const broker = new Mosquitto(config, port);
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
