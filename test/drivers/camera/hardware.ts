import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Test } from 'tap';
import { VirtualCamera } from '../../../drivers/emulator/camera/virtual-camera.js';
import { Listeners } from '../../../src/lib/listeners.js';
import type { CameraBench } from '../../contract/camera.js';

export const picture = await sharp({ create: { width: 1_280, height: 720, channels: 3, background: '#708090' } })
  .jpeg()
  .toBuffer();

/** The picture with a number in a comment behind its start (ITU-T T.81, B.2.4.5). */
export function numbered(number: number): Uint8Array {
  const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, 0, 0, 0]);
  comment.writeUInt32BE(number, 4);
  return Buffer.concat([picture.subarray(0, 2), comment, picture.subarray(2)]);
}

/** The number of a picture. */
export function numberOf(jpeg: Uint8Array): number {
  return new DataView(jpeg.buffer, jpeg.byteOffset).getUint32(6);
}

/** Milliseconds on a clock that all processes share, cut to 32 bits. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n) >>> 0;
}

/** A folder for sockets, gone with the test. */
export async function newFolder(t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'camera-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A virtual camera on a socket that numbers its pictures, for the driver that is made beside it. */
export async function startHardware(socket: string): Promise<Omit<CameraBench, 'camera'>> {
  let taken = 0;
  const took = new Listeners();
  const hardware = await VirtualCamera.listen(socket, () => {
    taken += 1;
    took.emit();
    return numbered(taken);
  });
  return {
    count: {
      taken: () => taken,
      onTaken: (listener) => took.add(listener),
      numberOf,
    },
    suffer: (fault) => {
      for (const name of ['stalled', 'garbage', 'huge'] as const) hardware.faults[name] = name === fault;
    },
    unplug: () => hardware.unplug(),
    plugIn: () => hardware.plugIn(),
    close: () => hardware.close(),
  };
}

/** A program of a few shell lines. */
export async function shellScript(file: string, lines: string): Promise<string> {
  await writeFile(file, `#!/bin/sh\n${lines}\n`);
  await chmod(file, 0o755);
  return file;
}

/** A command that behaves as `ffmpeg` or `fswebcam` with the virtual camera on the socket that they are given as device. */
export function cameraProgram(file: string): Promise<string> {
  return shellScript(file, `exec ${nodeProgram('camera-program')} "$@"`);
}

/** A program beside this file, as a shell starts it. */
export function nodeProgram(name: string): string {
  return `'${process.execPath}' '${new URL(`${name}.js`, import.meta.url).pathname}'`;
}
