import { join } from 'node:path';
import t from 'tap';
import { createCamera } from '../../../drivers/camera/create.js';
import { cameraContract } from '../../contract/camera.js';
import { cameraProgram, newFolder, startHardware } from './hardware.js';

const dir = await newFolder(t);
const command = await cameraProgram(join(dir, 'ffmpeg'));
let cameras = 0;

cameraContract(t, 'streaming camera', async () => {
  const device = join(dir, `${++cameras}.sock`);
  const hardware = await startHardware(device);
  const picture = { width: 1_280, height: 720, fps: 15 };
  return {
    ...hardware,
    camera: createCamera('camera', { driver: 'v4l2', device, command, format: 'mjpeg', ...picture }),
  };
});
