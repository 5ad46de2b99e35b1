import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { errnoOf } from '../system-error.js';

/**
 * Which process has a file open: sysfs does not tell who exported a line, but whoever uses it has its `value` open.
 * Sees the processes of this user; as root, all. @returns e.g. `node (process 123)`
 */
export function holderOf(file: string): string | undefined {
  const path = attempt(() => realpathSync(file));
  if (path === undefined) return undefined;
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const folder = `/proc/${pid}/fd`;
    const open = attempt(() => readdirSync(folder)) ?? [];
    if (!open.some((fd) => attempt(() => readlinkSync(`${folder}/${fd}`)) === path)) continue;
    const command = attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()) ?? 'a program';
    return `${command} (process ${pid})`;
  }
  return undefined;
}

/** Processes and descriptors come and go, and others' are not shown. */
function attempt<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
