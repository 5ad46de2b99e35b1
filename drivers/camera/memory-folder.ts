import { constants } from 'node:fs';
import { lstat, mkdtemp, open, readdir, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { KioskError } from '../../src/errors.js';
import { LARGEST_FRAME } from './frame-splitter.js';

/** `statfs(2)`: file systems that live in memory. */
const IN_MEMORY: readonly number[] = [0x01021994 /* TMPFS_MAGIC */, 0x858458f6 /* RAMFS_MAGIC */];
const PREFIX = 'simkiosk-still-';
const ZEROS = new Uint8Array(64 * 1024);

/**
 * A folder of our own (0700) in memory, for programs that can only write pictures to files. What is read is overwritten
 * and removed; what a process left behind that ended too soon is, when the next one opens its folder.
 */
export class MemoryFolder {
  private constructor(readonly path: string) {}

  /** @param parent a tmpfs, such as /dev/shm. @throws `camera.not-in-memory` */
  static async open(parent: string): Promise<MemoryFolder> {
    const { type } = await statfs(parent).catch((cause: unknown) => {
      throw new KioskError('camera.not-in-memory', parent, { cause });
    });
    if (!IN_MEMORY.includes(type)) throw new KioskError('camera.not-in-memory', parent);
    await removeLeftovers(parent);
    try {
      return new MemoryFolder(await mkdtemp(join(parent, `${PREFIX}${await ownerOf('self')}-`)));
    } catch (cause) {
      throw new KioskError('camera.not-in-memory', `${parent} cannot be written to`, { cause });
    }
  }

  /** A picture; its file is overwritten and removed whatever happens. @throws `camera.offline`, `camera.garbage` */
  async take(name: string): Promise<Uint8Array> {
    const file = join(this.path, name);
    try {
      const { size } = await lstat(file);
      if (size > LARGEST_FRAME) throw new KioskError('camera.garbage', 'a frame larger than 4 MiB');
      return await readFile(file);
    } catch (cause) {
      if (cause instanceof KioskError) throw cause;
      throw new KioskError('camera.offline', 'no picture was taken', { cause });
    } finally {
      await erase(file);
    }
  }

  /** Overwrites and removes everything. */
  async close(): Promise<void> {
    await eraseFolder(this.path);
  }
}

/** A process for as long as it lives: its number and when it started, since numbers come again. */
async function ownerOf(pid: string): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // proc(5): the name of the program, in parentheses, is the 2nd field, the time of its start the 22nd.
  const started = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return stat && started && `${stat.split(' ', 1)[0]}.${started}`;
}

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = new RegExp(`^${PREFIX}((\\d+)\\.\\d+)-`).exec(name);
    const folder = join(parent, name);
    if (!owner?.[2] || (await ownerOf(owner[2])) === owner[1]) continue;
    const { uid } = await lstat(folder).catch(() => ({ uid: undefined }));
    if (uid === process.getuid?.()) await eraseFolder(folder);
  }
}

async function eraseFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) await erase(join(folder, name));
  await rm(folder, { recursive: true, force: true });
}

/** Overwrites the bytes where they are, then removes the file. One that is not there is fine. */
async function erase(file: string): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | constants.O_NOFOLLOW).catch(() => undefined);
  try {
    const { size } = (await handle?.stat()) ?? { size: 0 };
    for (let at = 0; handle && at < size; at += ZEROS.length)
      await handle.write(ZEROS, 0, Math.min(ZEROS.length, size - at), at);
  } finally {
    await handle?.close();
    await rm(file, { force: true });
  }
}
