import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runAsRoot } from './commands.js';
import { putFiles } from './root-files.js';

const PACKAGES = ['linux-image-amd64', 'linux-headers-amd64', 'linux-source', 'make', 'xz-utils'];

/** Debian does not build `gpio-sim`; its sources are in Debian's own `linux-source`. */
const SOURCES = ['drivers/gpio/gpio-sim.c', 'drivers/gpio/gpiolib.h', 'kernel/irq/irq_sim.c'];

/** A camera of which another program delivers the pictures; its sources are what the package has. */
const LOOPBACK = 'v4l2loopback-dkms';

const FILES = {
  // The initial RAM disk has what finds the root disk, and no more.
  'etc/initramfs-tools/conf.d/modules': 'MODULES=list\n',
  'etc/initramfs-tools/modules': 'virtio_pci\nvirtio_blk\next4\n',
  // No service is started in a root file system that is only built in.
  'usr/sbin/policy-rc.d': '#!/bin/sh\nexit 101\n',
  // `irq_to_desc` is not exported to modules; the other way to the same descriptor is.
  'root/build-modules': `#!/bin/sh
set -e
mkdir /root/modules
cd /root/modules
tar -xJf /usr/src/linux-source-*.tar.xz --wildcards --transform 's,.*/,,' ${SOURCES.map((path) => `'*/${path}'`).join(' ')}
sed -i 's/irq_to_desc(irqnum)/irq_data_to_desc(irq_get_irq_data(irqnum))/' irq_sim.c
mv gpio-sim.c chip.c
apt-get download -q ${LOOPBACK}
dpkg -x ${LOOPBACK}_*.deb loopback
mv loopback/usr/src/*/*.[ch] .
printf 'obj-m := gpio-sim.o v4l2loopback.o\\ngpio-sim-y := chip.o irq_sim.o\\n' > Kbuild
release=$(ls /lib/modules)
make -C /lib/modules/$release/build M=$PWD modules
mkdir /lib/modules/$release/extra
cp *.ko /lib/modules/$release/extra
depmod $release
`,
};

/** What the result depends on. */
export const kernelRecipe = JSON.stringify([PACKAGES, FILES]);

/**
 * Installs Debian's kernel, and the modules built for it, in a root file system that is only for building.
 * Leaves `vmlinuz` and `initrd.img` in `folder`, and the modules in the root file system `target`.
 */
export async function buildKernel(builder: string, target: string, folder: string): Promise<void> {
  await putFiles(builder, FILES);
  const apt = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold'];
  await runAsRoot('chroot', [builder, 'env', 'DEBIAN_FRONTEND=noninteractive', ...apt, ...PACKAGES]);
  await runAsRoot('chroot', [builder, '/root/build-modules']);
  for (const name of await readdir(join(builder, 'boot'))) {
    const plain = /^(vmlinuz|initrd\.img)-/.exec(name)?.[1];
    if (plain) await runAsRoot('install', ['-m', '644', join(builder, 'boot', name), join(folder, plain)]);
  }
  await runAsRoot('cp', ['-a', join(builder, 'usr/lib/modules'), join(target, 'usr/lib/')]);
}
