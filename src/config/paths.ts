import { join } from 'node:path';
import type { Config } from './schema.js';

/** What lies in a state directory, by the process that owns it. */
export const statePaths = (dir: string) =>
  ({
    config: join(dir, 'kiosk.json'),
    panel: join(dir, 'panel.sock'),
    link: join(dir, 'link.sock'),
    control: join(dir, 'control.sock'),
    carrier: join(dir, 'carrier'),
    signingKey: join(dir, 'signing-key.json'),
    emulator: join(dir, 'emulator'),
    logs: join(dir, 'logs'),
  }) as const;

/** The sockets of the device process. */
export function socketPaths({ stateDir, sockets }: Pick<Config, 'stateDir' | 'sockets'>) {
  const { link, panel, control } = statePaths(stateDir);
  return { link: sockets.link ?? link, panel: sockets.panel ?? panel, control: sockets.control ?? control };
}

/** Where the services of `systemd/` keep theirs; who gets at which socket is in `systemd/tmpfiles.conf`. */
export const installed = {
  config: '/etc/simkiosk/kiosk.json',
  stateDir: '/var/lib/simkiosk',
  /** Whence the service manager hands secrets out (systemd.exec(5), `LoadCredential=`). */
  credentials: '/etc/credstore',
  sockets: {
    link: '/run/simkiosk/link/link.sock',
    panel: '/run/simkiosk/panel/panel.sock',
    control: '/run/simkiosk/control/control.sock',
  },
  safeOffFile: '/run/simkiosk/safe-off',
} as const;
