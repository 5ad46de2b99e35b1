import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { listenOn } from '../../src/lib/socket.js';

/** The path of a socket is short, that of a test's own folder is not. */
async function folder(t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'simkiosk-test-'));
  t.teardown(() => rm(dir, { recursive: true }));
  return dir;
}

test('a socket that cannot be made says where and why', async (t) => {
  const dir = await folder(t);
  await writeFile(join(dir, 'file'), 'no folder');
  const isRefused = (path: string, why: string): Promise<unknown> =>
    t.rejects(
      listenOn(path, () => undefined),
      { code: 'socket.unusable', detail: `${path} ${why}` },
    );
  // So libuv says it of a folder that is not there.
  await isRefused(join(dir, 'missing', 'a.sock'), 'EACCES');
  await isRefused(join(dir, 'file', 'a.sock'), 'ENOTDIR');
  await mkdir(join(dir, 'a.sock'));
  await isRefused(join(dir, 'a.sock'), 'ERR_FS_EISDIR');
});

test('a stale socket is replaced', async (t) => {
  const path = join(await folder(t), 'a.sock');
  await writeFile(path, 'stale');
  const server = await listenOn(path, (socket) => socket.end());
  const socket = createConnection(path);
  socket.resume();
  await once(socket, 'close');
  t.pass('somebody answers there');
  await server.close();
});
