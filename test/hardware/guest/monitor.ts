import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** QEMU's own monitor, which the machine is given a line to. */
const PORT = '/dev/virtio-ports/simkiosk.monitor';
const LOOK_MS = 10;

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** The lines that QEMU says. A read that waits in the kernel could not be given up when nothing comes any more. */
async function* linesOf(port: FileHandle): AsyncGenerator<string> {
  const buffer = Buffer.alloc(4_096);
  let rest = '';
  for (;;) {
    let bytesRead = 0;
    try {
      ({ bytesRead } = await port.read(buffer, 0, buffer.length, null));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
    if (bytesRead === 0) await wait(LOOK_MS);
    rest += buffer.toString('utf8', 0, bytesRead);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Asks QEMU for something done to this very machine (QEMU Machine Protocol). */
async function ask(command: { readonly execute: string; readonly arguments: object }): Promise<void> {
  const port = await open(PORT, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    const lines = linesOf(port);
    // Only the first program on the line has to introduce itself; the others are told that it was done.
    await port.write(`${JSON.stringify({ execute: 'qmp_capabilities', id: 'hello' })}\n`);
    await port.write(`${JSON.stringify({ ...command, id: command.execute })}\n`);
    for await (const line of lines) {
      // The greeting, and events, are told on the same line.
      const reply = JSON.parse(line) as Reply & { readonly id?: string };
      if (reply.id !== command.execute) continue;
      if (reply.error) throw new Error(reply.error.desc);
      return;
    }
  } finally {
    await port.close();
  }
}

/** Pulls the USB serial adapter out: /dev/ttyUSB0 hangs up and is gone. */
export const unplugUsb = (): Promise<void> => ask({ execute: 'device_del', arguments: { id: 'usb-serial' } });

/** Plugs it in again, as soon as QEMU has let go of the adapter that was pulled out. */
export async function plugUsb(): Promise<void> {
  const add = { execute: 'device_add', arguments: { driver: 'usb-serial', id: 'usb-serial', chardev: 'usb-near' } };
  for (;;) {
    try {
      await ask(add);
      return;
    } catch (error) {
      if (!(error instanceof Error) || !/in use|Duplicate/.test(error.message)) throw error;
      await wait(LOOK_MS);
    }
  }
}
