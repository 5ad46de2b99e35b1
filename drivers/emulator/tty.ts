import { SerialPort } from 'serialport';
import { Listeners } from '../../src/lib/listeners.js';
import { noticeHangUp } from '../serial/hang-up.js';
import type { FarEnd } from './far-end.js';

/** A real serial port as the far end of a line: the driver's port is wired to it. */
export interface Tty extends FarEnd {
  close(): Promise<void>;
}

/** Opens a tty, 8N1. Rejects when it cannot be opened. */
export async function openTty(path: string, baudRate: number): Promise<Tty> {
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  const listeners = new Listeners<[Uint8Array]>();
  port.on('open', () => noticeHangUp(port));
  port.on('data', (bytes: Buffer) => listeners.emit(bytes));
  // A port that is lost says so to whoever writes next.
  port.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
  return {
    onData: (listener) => listeners.add(listener),
    write: (bytes) =>
      new Promise((resolve, reject) => {
        port.write(bytes, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    close: () =>
      new Promise((resolve) => {
        listeners.clear();
        if (port.isOpen) port.close(() => resolve());
        else resolve();
      }),
  };
}
