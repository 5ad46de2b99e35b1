import { existsSync } from 'node:fs';
import { SerialPort } from 'serialport';
import type { Pty } from '../../../drivers/emulator/pty.js';
import { Listeners } from '../../../src/lib/listeners.js';
import type { Cable } from '../../drivers/id-reader/sam/bench.js';
import { plugUsb, unplugUsb } from './monitor.js';
import { until } from './until.js';

/** Cables between serial ports of this machine: what the service opens, and where the emulated device sits. */
export const cables = {
  uart: { near: '/dev/ttyS1', far: '/dev/ttyS2' },
  usb: { near: '/dev/ttyUSB0', far: '/dev/ttyS3' },
} as const;

/** The device's end of a cable. Hanging up needs a plug. */
export function openUart(path: string, baudRate = 115_200, plug?: { in(): Promise<void>; out(): Promise<void> }): Pty {
  const plugged = plug?.in() ?? Promise.resolve();
  const port = new SerialPort({ path, baudRate });
  const listeners = new Listeners<[Uint8Array]>();
  port.on('data', (bytes: Buffer) => listeners.emit(bytes));
  const close = async (): Promise<void> => {
    listeners.clear();
    await plugged;
    if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
  };
  return {
    path,
    onData: (listener) => listeners.add(listener),
    async write(bytes) {
      await plugged;
      if (port.isOpen || port.opening) port.write(bytes);
    },
    async hangUp() {
      await close();
      await plug?.out();
    },
    close,
  };
}

/** A USB adapter that is really pulled out: its tty hangs up and is gone. */
export const usbCable: Cable = {
  path: cables.usb.near,
  plugIn: () =>
    openUart(cables.usb.far, 115_200, {
      async in() {
        if (existsSync(cables.usb.near)) return;
        await plugUsb();
        await until(() => existsSync(cables.usb.near));
      },
      async out() {
        await unplugUsb();
        await until(() => !existsSync(cables.usb.near));
      },
    }),
  dispose: () => undefined,
};
