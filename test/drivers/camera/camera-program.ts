import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { SWITCH } from '../../../drivers/camera/emulated.js';
import { FrameSplitter, LARGEST_FRAME } from '../../../drivers/camera/frame-splitter.js';

/**
 * Reads a virtual camera as `ffmpeg -i DEVICE` does (JPEGs on the standard output), or as `fswebcam -d DEVICE … FILE`
 * (one picture into a file), and fails as they do.
 */
const after = (option: string): string | undefined => process.argv[process.argv.indexOf(option) + 1];
const still = process.argv.includes('-d');
const device = (still ? after('-d') : after('-i')) ?? '';

/** What begins like a picture and never ends. */
const endless = Buffer.concat([Buffer.of(0xff, 0xd8, 0xff, 0xda, 0, 2), Buffer.alloc(LARGEST_FRAME + 100_000, 7)]);

function put(frame: Uint8Array): void {
  if (!still) process.stdout.write(frame);
  else {
    writeFileSync(process.argv.at(-1) ?? '', frame);
    process.exit(0);
  }
}

const splitter = new FrameSplitter();
const socket = connect(device, () => socket.write(SWITCH.on));
socket.on('data', (chunk) => {
  let frames: readonly Uint8Array[];
  try {
    frames = splitter.push(chunk);
  } catch {
    splitter.wipe();
    frames = [endless];
  }
  frames.forEach(put);
});
socket.on('error', () => socket.destroy());
socket.on('close', () => {
  process.stderr.write(`[video4linux2,v4l2 @ 0x1] ioctl(VIDIOC_DQBUF)\n${device}: No such device\n`);
  process.exit(1);
});
process.stdout.on('error', () => process.exit(1));
