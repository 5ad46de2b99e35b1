import { spawnSync } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { TechnicianCommand } from '../contracts/control.js';
import type { Config } from '../config/schema.js';
import { KioskError } from '../errors.js';
import { parseJson } from '../fleet/messages.js';

/** What is done with the rights of the service. */
export type OwnersWork =
  | { readonly do: 'ask'; readonly config: Config; readonly ask: TechnicianCommand; readonly by: string }
  | { readonly do: 'examine'; readonly configFile: string };

const PROGRAM = fileURLToPath(new URL('./owners-work.js', import.meta.url));
const LONGEST_ANSWER = 16 << 20;

/**
 * For root, has work done with the rights of the one who owns a folder: what is created there must stay usable to the
 * service, and a device that the service may not open must not look fit. Files that only root may read or write are the
 * caller's own business. In a process of its own, since Debian's Node does not let go of rights once it runs
 * (CVE-2024-22017).
 * @returns the last line that it said, parsed; undefined when the caller may do the work itself
 */
export async function byOwnerOf(dir: string, work: OwnersWork): Promise<unknown> {
  const owner = await stat(dir).catch(() => undefined);
  if (process.geteuid?.() !== 0 || !owner || owner.uid === 0) return undefined;
  const { status, error, stdout } = spawnSync(
    'setpriv',
    [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--init-groups', process.execPath, PROGRAM],
    {
      ...{ input: JSON.stringify(work), stdio: ['pipe', 'pipe', 'inherit'], encoding: 'utf8' },
      maxBuffer: LONGEST_ANSWER,
    },
  );
  if (error) throw error;
  // It has said on stderr what went wrong.
  if (status !== 0) process.exit(status ?? 1);
  return parseJson(stdout.trimEnd().split('\n').at(-1) ?? '');
}

/** Whether a folder is another account's, which lets this one do nothing there. */
export async function isClosed(dir: string): Promise<boolean> {
  const owner = await stat(dir).catch(() => undefined);
  if (!owner || owner.uid === process.geteuid?.()) return false;
  return access(dir, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => false,
    (error: unknown) => (error as NodeJS.ErrnoException).code === 'EACCES',
  );
}

/** Of somebody who is no member of its group, or while no service runs. */
export const closedTo = (dir: string): KioskError =>
  new KioskError('control.offline', `no service answers, and ${dir} is closed to this account`);

const LONGEST_NAME = 64;

/** Who sits at the keyboard, whatever the rights that were taken. */
export function whoAsks(): string {
  return (process.env['SUDO_USER'] || nameOfUser()).slice(0, LONGEST_NAME);
}

/** An account need not be in the table of this machine. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.geteuid?.()}`;
  }
}
