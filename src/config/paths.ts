import { join } from 'node:path';

/** What lies in a state directory, by the process that owns it. */
export const statePaths = (dir: string) =>
  ({
    config: join(dir, 'kiosk.json'),
    panel: join(dir, 'panel.sock'),
    link: join(dir, 'link.sock'),
    carrier: join(dir, 'carrier'),
    emulator: join(dir, 'emulator'),
    logs: join(dir, 'logs'),
  }) as const;
