import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Something the machine lacks. The message says what, and what to type. */
export class NeedMissing extends Error {}

/** Program → the Debian package that has it. */
const PROGRAMS = {
  'qemu-system-x86_64': 'qemu-system-x86',
  debootstrap: 'debootstrap',
  mke2fs: 'e2fsprogs',
  flock: 'util-linux',
} as const;

/** Administration programs are not on an ordinary user's path. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];

function isThere(program: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @throws NeedMissing */
export function checkNeeds(folders: readonly string[] = FOLDERS): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new NeedMissing(
      `the hardware test runs on Linux on x64 only, this is ${process.platform} on ${process.arch}`,
    );
  }
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isThere(program, folders));
  if (missing.length === 0) return;
  const programs = missing.map(([program]) => program).join(', ');
  const packages = missing.map(([, name]) => name).join(' ');
  throw new NeedMissing(`the hardware test needs ${programs}: apt-get install --no-install-recommends ${packages}`);
}
