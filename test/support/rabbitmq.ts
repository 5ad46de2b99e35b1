import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import { rootDir } from '../../src/lib/paths.js';
import type { KeyAndCertificate } from '../../src/provision/x509.js';
import { freePort } from './mosquitto.js';
import { writeTlsFiles } from './tls-files.js';

const execute = promisify(execFile);
/** Without the scripts in /usr/sbin, which become another user first. */
const PROGRAMS = '/usr/lib/rabbitmq/bin';
const SHIPPED = join(rootDir, 'brokers/rabbitmq');

export const noRabbit = existsSync(join(PROGRAMS, 'rabbitmq-server')) ? false : 'rabbitmq-server is not installed';

export interface Rabbit {
  readonly url: string;
  /** Runs a shipped script. */
  readonly add: (script: 'add-kiosk' | 'add-carrier', ...names: readonly string[]) => Promise<void>;
  /** Runs `add-kiosk`, whose last step fails. */
  readonly addByHalf: (kiosk: string) => Promise<void>;
}

/** RabbitMQ as the shipped configuration has it, on ports of the loopback interface, until the test ends. */
export async function startRabbit(t: Test, ca: string, broker: KeyAndCertificate): Promise<Rabbit> {
  const dir = await mkdtemp(join(tmpdir(), 'rabbitmq-'));
  await writeTlsFiles(join(dir, 'certs'), 'broker', ca, broker);
  const [port, distribution, mapper] = [await freePort(), await freePort(), await freePort()];
  const config = (await readFile(join(SHIPPED, 'rabbitmq.conf'), 'utf8'))
    .replaceAll('/etc/rabbitmq', dir)
    .replace('ssl.default = 8883', `ssl.default = 127.0.0.1:${port}`);
  await writeFile(join(dir, 'rabbitmq.conf'), `${config}\nlog.console = true\nlog.file = false\n`);
  await writeFile(join(dir, 'plugins'), '[rabbitmq_mqtt,rabbitmq_auth_mechanism_ssl].\n');
  const env = {
    ...process.env,
    // Where Erlang keeps the secret between its nodes.
    HOME: dir,
    RABBITMQ_NODENAME: 'simkiosk-test@localhost',
    RABBITMQ_MNESIA_BASE: join(dir, 'data'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'plugins'),
    RABBITMQ_DIST_PORT: String(distribution),
    ERL_EPMD_PORT: String(mapper),
    RABBITMQCTL: join(PROGRAMS, 'rabbitmqctl'),
  };
  const child = spawn(join(PROGRAMS, 'rabbitmq-server'), [], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(async () => {
    // It has processes of its own, which end only when they are asked to.
    await execute(env.RABBITMQCTL, ['shutdown', '--timeout', '20'], { env }).catch(() => child.kill('SIGKILL'));
    await execute('epmd', ['-port', String(mapper), '-kill'], { env }).catch(() => undefined);
    await rm(dir, { recursive: true, force: true });
  });
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(said.slice(-20).join('\n'))));
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        if (line.includes('Server startup complete')) resolve();
      });
  });
  return {
    url: `mqtts://127.0.0.1:${port}`,
    async add(script, ...names) {
      await execute(join(SHIPPED, script), names, { env });
    },
    async addByHalf(kiosk) {
      const failing = join(dir, 'failing-rabbitmqctl');
      const steps = `echo "$1" >>"$0.steps"; [ "$(wc -l <"$0.steps")" -lt 5 ] || exit 1`;
      await writeFile(failing, `#!/bin/sh\n${steps}\nexec ${env.RABBITMQCTL} "$@"\n`, { mode: 0o700 });
      const run = execute(join(SHIPPED, 'add-kiosk'), [kiosk], { env: { ...env, RABBITMQCTL: failing } });
      if (await run.catch(() => undefined)) throw new Error('it did not fail');
    },
  };
}
