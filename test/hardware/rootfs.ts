import { runAsRoot } from './commands.js';
import { putFiles } from './root-files.js';

/** Raspberry Pi OS is built on this release. */
const SUITE = 'trixie';
const PACKAGES = 'systemd,systemd-sysv,udev,dbus,kmod,ca-certificates,nodejs,ffmpeg,fswebcam,v4l-utils,procps,psmisc';

/** Where the checkout under test lies in the guest. */
export const CHECKOUT = '/srv/checkout';

const FILES = {
  // Nothing is left to be done at a first start.
  'etc/.updated': '',
  'var/.updated': '',
  'etc/machine-id': '0123456789abcdef0123456789abcdef\n',
  'etc/hostname': 'kiosk\n',
  'etc/hosts': '127.0.0.1 localhost kiosk\n',
  'etc/fstab': `/dev/vda / ext4 defaults 0 0
/dev/vdb ${CHECKOUT} ext4 defaults 0 0
/dev/vdc ${CHECKOUT}/node_modules ext4 defaults 0 0
`,
  'etc/modules-load.d/devices.conf': 'gpio-sim\nvivid\n',
  // Whichever is loaded is /dev/video0, and nothing but a camera.
  'etc/modprobe.d/cameras.conf': `options vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=0
options v4l2loopback video_nr=0 exclusive_caps=1 card_label=kiosk
`,
  'etc/systemd/system/simkiosk-test.service': `[Unit]
Description=Tests of simkiosk against real devices

[Service]
ExecStart=/usr/bin/node ${CHECKOUT}/src/setup/run-guest-tests.mjs
ExecStopPost=/usr/bin/systemctl poweroff -f -f
WorkingDirectory=${CHECKOUT}
Environment=HOME=/root
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0

[Install]
WantedBy=multi-user.target
`,
};

/** What takes time and has no part in the tests. */
const MASKED = [
  'getty.target',
  'serial-getty@ttyS0.service',
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'modprobe@drm.service',
  'modprobe@efi_pstore.service',
  'modprobe@fuse.service',
];

/** What the result depends on. */
export const rootfsRecipe = JSON.stringify([SUITE, PACKAGES, FILES, MASKED]);

/** A clean Debian in a folder. */
export async function bootstrap(folder: string, mirror: string): Promise<void> {
  await runAsRoot('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, SUITE, folder, mirror]);
}

/** Makes it run the tests and nothing else when it is started. */
export async function configure(folder: string): Promise<void> {
  await putFiles(folder, FILES);
  await runAsRoot('mkdir', ['-p', `${folder}${CHECKOUT}`]);
  const systemctl = ['chroot', folder, 'systemctl'] as const;
  await runAsRoot(systemctl[0], [...systemctl.slice(1), 'set-default', 'multi-user.target']);
  await runAsRoot(systemctl[0], [...systemctl.slice(1), 'mask', ...MASKED]);
  await runAsRoot(systemctl[0], [...systemctl.slice(1), 'enable', 'simkiosk-test.service']);
}
