import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';
import { Listeners } from '../../src/lib/listeners.js';
import { holds } from './device-state.js';

/** Node has no datagram sockets of the Unix family: Python listens and prints what comes. */
const LISTEN = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('"listening"', flush=True)
while True:
    print(json.dumps(s.recv(4096).decode()), flush=True)
`;

/** The end of a service manager: what processes tell it with sd_notify(3). */
export class NotifySocket {
  /** One entry a message. */
  readonly heard: string[] = [];
  readonly #changed = new Listeners();

  private constructor(readonly path: string) {}

  static async listen(t: Test): Promise<NotifySocket> {
    const dir = await mkdtemp(join(tmpdir(), 'notify-'));
    const socket = new NotifySocket(join(dir, 'notify'));
    const python = spawn('python3', ['-c', LISTEN, socket.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.teardown(async () => {
      python.kill('SIGKILL');
      await rm(dir, { recursive: true, force: true });
    });
    const lines = createInterface({ input: python.stdout });
    await once(lines, 'line');
    lines.on('line', (line) => {
      socket.heard.push(JSON.parse(line) as string);
      socket.#changed.emit();
    });
    return socket;
  }

  /** Resolves once something fits, from the beginning on. */
  until(fits: (heard: readonly string[]) => boolean): Promise<void> {
    return holds(
      (look) => this.#changed.add(look),
      () => fits(this.heard),
    );
  }
}
