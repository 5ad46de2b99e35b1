import { createCamera } from '../../../drivers/camera/create.js';
import { faultIs } from '../../support/device-state.js';

/** A service that looks at a camera until it is killed: `service.js COMMAND DEVICE`. Says when pictures come. */
const [, , command = '', device = ''] = process.argv;
const size = { width: 1_280, height: 720, fps: 15, startMs: 5_000 };
const camera = createCamera('camera', { driver: 'v4l2', device, command, format: 'mjpeg', ...size });
await faultIs(camera, undefined);
let first = true;
for await (const { jpeg } of camera.frames(new AbortController().signal)) {
  jpeg.fill(0);
  if (first) process.stdout.write('pictures\n');
  first = false;
}
