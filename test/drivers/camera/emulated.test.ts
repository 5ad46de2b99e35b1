import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import t from 'tap';
import { EmulatedCamera } from '../../../drivers/camera/emulated.js';
import { FrameInbox } from '../../../drivers/camera/frame-inbox.js';
import { VirtualCamera } from '../../../drivers/emulator/camera/virtual-camera.js';
import { Listeners } from '../../../src/lib/listeners.js';
import { cameraContract } from '../../contract/camera.js';

const dir = await mkdtemp(join(tmpdir(), 'camera-'));
t.teardown(() => rm(dir, { recursive: true }));

const picture = await sharp({ create: { width: 1_280, height: 720, channels: 3, background: '#708090' } })
  .jpeg()
  .toBuffer();

/** The picture with a number in a comment behind its start (ITU-T T.81, B.2.4.5). */
function numbered(number: number): Uint8Array {
  const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, 0, 0, 0]);
  comment.writeUInt32BE(number, 4);
  return Buffer.concat([picture.subarray(0, 2), comment, picture.subarray(2)]);
}

let cameras = 0;

cameraContract(t, 'emulated camera', async () => {
  const socket = join(dir, `${++cameras}.sock`);
  let taken = 0;
  const took = new Listeners();
  const hardware = await VirtualCamera.listen(socket, () => {
    taken += 1;
    took.emit();
    return numbered(taken);
  });
  return {
    camera: new EmulatedCamera({ name: 'camera', socket }),
    taken: () => taken,
    onTaken: (listener) => took.add(listener),
    numberOf: (jpeg) => new DataView(jpeg.buffer, jpeg.byteOffset).getUint32(6),
    suffer: (fault) => {
      for (const name of ['stalled', 'garbage', 'huge'] as const) hardware.faults[name] = name === fault;
    },
    unplug: () => hardware.unplug(),
    plugIn: () => hardware.plugIn(),
    close: () => hardware.close(),
  };
});

void t.test(
  'of pictures that wait only the newest is kept; the others are overwritten, as is the last one',
  async (t) => {
    const inbox = new FrameInbox();
    const frames = [1, 2, 3, 4, 5].map((at) => ({ at, jpeg: Uint8Array.of(at) }));
    const [first, second, third, fourth, fifth] = frames;
    for (const frame of [first, second, third]) if (frame) inbox.put(frame);
    t.same(
      frames.map(({ jpeg }) => jpeg[0]),
      [0, 0, 3, 4, 5],
    );
    t.equal(await inbox.next(1_000), third);
    t.same(third?.jpeg[0], 3, 'what was given away belongs to its receiver');
    if (fourth) inbox.put(fourth);
    inbox.end();
    if (fifth) inbox.put(fifth);
    t.same([fourth?.jpeg[0], fifth?.jpeg[0]], [0, 0]);
    t.equal(await inbox.next(1_000), undefined);
  },
);
