import { closeSync, constants, openSync, renameSync } from 'node:fs';
import koffi from 'koffi';
import type { Tty } from '../../../drivers/emulator/tty.js';
import type { BenchLine } from '../../drivers/id-reader/bench-line.js';
import { plugUsb, unplugUsb } from './monitor.js';

/** A real serial line: the driver's port by its path, the other end opened already. It stays open: the machine has only one. */
export function ttyLine(path: string, far: Tty, plug: Pick<BenchLine, 'unplug' | 'plugIn'>): BenchLine {
  return { path, end: () => far, ...plug, close: () => Promise.resolve() };
}

/** The plug of the USB adapter. */
export const usbPlug = { unplug: unplugUsb, plugIn: plugUsb } as const;

/** `TIOCVHANGUP`, ioctl_tty(2). */
const TIOCVHANGUP = 0x5437;
const ioctl = koffi.load('libc.so.6').func('int ioctl(int fd, unsigned long request)') as (
  fd: number,
  request: number,
) => number;

/** A UART has no plug: the port is hung up, as that of an adapter that goes, and its path is gone until it is plugged in. */
export function hangUpPlug(path: string): Pick<BenchLine, 'unplug' | 'plugIn'> {
  const away = `${path}.away`;
  return {
    unplug() {
      renameSync(path, away);
      const fd = openSync(away, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
      const failed = ioctl(fd, TIOCVHANGUP) < 0;
      closeSync(fd);
      return failed ? Promise.reject(new Error('TIOCVHANGUP failed')) : Promise.resolve();
    },
    plugIn: () => renameSync(away, path),
  };
}
