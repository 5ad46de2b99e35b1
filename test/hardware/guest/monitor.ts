import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createReadStream } from 'node:fs';

/** QEMU's own monitor, which the machine is given a line to. */
const PORT = '/dev/virtio-ports/simkiosk.monitor';

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

/** Asks QEMU for something done to this very machine (QEMU Machine Protocol). */
async function ask(...commands: readonly { execute: string; arguments?: object }[]): Promise<void> {
  const output = await open(PORT, 'r+');
  const input = createReadStream('', { fd: output.fd, autoClose: false });
  const lines = createInterface({ input })[Symbol.asyncIterator]();
  try {
    for (const command of [{ execute: 'qmp_capabilities' }, ...commands]) {
      await output.write(`${JSON.stringify(command)}\n`);
      for (let answered = false; !answered;) {
        const { value, done } = await lines.next();
        if (done) throw new Error('the monitor hung up');
        const reply = JSON.parse(value) as Reply;
        // The greeting and events are told on the same line.
        if (reply.error && command.execute !== 'qmp_capabilities') throw new Error(reply.error.desc);
        answered = 'return' in reply || 'error' in reply;
      }
    }
  } finally {
    input.destroy();
    await output.close();
  }
}

/** Pulls the USB serial adapter out: /dev/ttyUSB0 hangs up and is gone. */
export const unplugUsb = (): Promise<void> => ask({ execute: 'device_del', arguments: { id: 'usb-serial' } });

/** Plugs it in again. */
export const plugUsb = (): Promise<void> =>
  ask({ execute: 'device_add', arguments: { driver: 'usb-serial', id: 'usb-serial', chardev: 'usb-near' } });
