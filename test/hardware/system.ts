import { join } from 'node:path';
import { cached } from './cache.js';
import { runAsRoot } from './commands.js';
import { makeDisk } from './disk.js';
import { buildKernel, kernelRecipe } from './kernel.js';
import { debianMirror } from './mirror.js';
import { bootstrap, configure, rootfsRecipe } from './rootfs.js';

const ROOT_MB = 4_000;

/** The operating system of the virtual machine. */
export interface System {
  readonly vmlinuz: string;
  readonly initrd: string;
  readonly disk: string;
}

/** Makes it when it is not in the cache. */
export async function system(tell: (text: string) => void): Promise<System> {
  const folder = await cached('system', kernelRecipe + rootfsRecipe, async (folder) => {
    const mirror = await debianMirror();
    const root = join(folder, 'root');
    const builder = join(folder, 'builder');
    tell('fetching a Debian system for the virtual machine');
    await bootstrap(root, mirror);
    await runAsRoot('cp', ['-a', root, builder]);
    tell('fetching its kernel and building gpio-sim and v4l2loopback for it');
    await buildKernel(builder, root, folder);
    await configure(root);
    await makeDisk(join(folder, 'disk.img'), { from: root, label: 'root', megabytes: ROOT_MB });
    await runAsRoot('rm', ['-rf', root, builder]);
  });
  return {
    vmlinuz: join(folder, 'vmlinuz'),
    initrd: join(folder, 'initrd.img'),
    disk: join(folder, 'disk.img'),
  };
}
