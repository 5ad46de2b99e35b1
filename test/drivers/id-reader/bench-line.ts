import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FarEnd } from '../../../drivers/emulator/far-end.js';
import { openPty, type Pty } from '../../../drivers/emulator/pty.js';

/** A serial line between a driver and an emulated reader, and its plug. */
export interface BenchLine {
  /** What the driver opens. */
  readonly path: string;
  /** Where the emulated reader sits; another one after every {@link plugIn}. */
  readonly end: () => FarEnd;
  readonly unplug: () => Promise<void>;
  readonly plugIn: () => void | Promise<void>;
  readonly close: () => Promise<void>;
}

/** A pseudo-terminal, plugged in. */
export function ptyLine(): BenchLine {
  const folder = mkdtempSync(join(tmpdir(), 'reader-'));
  const link = join(folder, 'id-reader');
  let pty: Pty = openPty({ link });
  return {
    path: link,
    end: () => pty,
    unplug: () => pty.hangUp(),
    plugIn() {
      pty = openPty({ link });
    },
    async close() {
      await pty.close();
      rmSync(folder, { recursive: true });
    },
  };
}
