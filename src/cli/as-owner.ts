import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';

/**
 * For root, carries this very command out with the rights of the one who owns a folder, and ends: what it creates there
 * must stay usable to the service, and a device that the service may not open must not look fit. Otherwise returns.
 * In a process of its own, since Debian's Node does not let go of rights once it runs (CVE-2024-22017).
 */
export async function continueAsOwnerOf(dir: string): Promise<void> {
  const owner = await stat(dir).catch(() => undefined);
  if (process.geteuid?.() !== 0 || !owner || owner.uid === 0) return;
  const { status, error } = spawnSync(
    'setpriv',
    [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--init-groups', process.execPath, ...process.argv.slice(1)],
    { stdio: 'inherit', env: { ...process.env, SUDO_USER: whoAsks() } },
  );
  if (error) throw error;
  process.exit(status ?? 1);
}

/** Who sits at the keyboard, whatever the rights that were taken. */
export function whoAsks(): string {
  return process.env['SUDO_USER'] ?? userInfo().username;
}
