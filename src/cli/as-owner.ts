import { stat } from 'node:fs/promises';

type Rights = Required<Pick<NodeJS.Process, 'geteuid' | 'getgroups' | 'setgroups' | 'setegid' | 'seteuid'>> & {
  initgroups(user: number, extraGroup: number): void;
};

/** What every Linux has; `initgroups` is missing from the types of Node. */
const posix = process as unknown as Rights;

/**
 * Does `work` with the rights of the one who owns a folder, when root asks: what it creates there must stay usable to
 * the service, and a device that the service may not open must not look fit. Otherwise does it as who asks.
 * Rights are the whole process's: nothing else may go on meanwhile.
 */
export async function asOwnerOf<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const owner = await stat(dir).catch(() => undefined);
  if (posix.geteuid() !== 0 || !owner || owner.uid === 0) return work();
  const groups = posix.getgroups();
  posix.initgroups(owner.uid, owner.gid);
  posix.setegid(owner.gid);
  posix.seteuid(owner.uid);
  try {
    return await work();
  } finally {
    posix.seteuid(0);
    posix.setegid(0);
    posix.setgroups(groups);
  }
}
