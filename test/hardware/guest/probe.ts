import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';

/**
 * A program that tries what its arguments say and prints, one JSON line each, how it went: `ok` or the code of the error.
 * Started in place of a service or before it, it says what the service could do.
 *
 * `read:FILE`, `write:FILE`, `device:FILE` (for reading and writing), `tcp:HOST:PORT`, `udp:HOST:PORT`, `unix:SOCKET`
 */
const trials: Readonly<Record<string, (what: string) => Promise<unknown>>> = {
  read: async (file) => (await open(file, 'r')).close(),
  write: async (file) => (await open(file, 'a')).close(),
  device: async (file) => (await open(file, 'r+')).close(),
  unix: (path) => connected(path),
  tcp(where) {
    const { hostname, port } = new URL(`tcp://${where}`);
    return connected({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  },
  async udp(where) {
    const [host = '', port] = where.split(/:(?=\d+$)/);
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.send('?', Number(port), host, (error) => (error ? reject(error) : resolve()));
    });
    socket.close();
  },
};

async function connected(where: string | { host: string; port: number }): Promise<void> {
  const socket = typeof where === 'string' ? connect(where) : connect(where);
  await once(socket, 'connect');
  socket.destroy();
}

for (const argument of process.argv.slice(2)) {
  const [kind = '', what = ''] = argument.split(/:(.*)/s);
  const outcome = await (trials[kind]?.(what) ?? Promise.reject(new Error('no such trial'))).then(
    () => 'ok',
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error),
  );
  console.log(`probe ${JSON.stringify({ [argument]: outcome })}`);
}
console.log('probe done');
// A socket that was refused may be in two minds.
process.exit(0);
