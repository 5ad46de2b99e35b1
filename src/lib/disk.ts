import { statfs } from 'node:fs/promises';

/** Bytes that a program without privileges may still write on the file system of this folder. */
export async function freeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}
