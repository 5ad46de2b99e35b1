import { t } from 'tap';
import { createCamera } from '../../../drivers/camera/create.js';
import { cameraContract } from '../../contract/camera.js';
import { vivid, vividBench } from './vivid.js';

const options = { driver: 'v4l2', ...vivid, command: 'ffmpeg', format: 'yuyv422', fps: 15 } as const;

t.setTimeout(500_000);
// An emulated processor encodes as fast as it can.
cameraContract(t, 'V4L2 camera through ffmpeg', () => Promise.resolve(vividBench(createCamera('camera', options))), {
  perSecond: [2, 20],
  counts: false,
  lateMs: 5_000,
  faults: ['stalled'],
});
