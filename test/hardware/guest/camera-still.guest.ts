import { t } from 'tap';
import { createCamera } from '../../../drivers/camera/create.js';
import { cameraContract } from '../../contract/camera.js';
import { vivid, vividBench } from './vivid.js';

const options = { driver: 'still', ...vivid, memoryDir: '/dev/shm' } as const;

t.setTimeout(500_000);
cameraContract(t, 'stills through fswebcam', () => Promise.resolve(vividBench(createCamera('camera', options))), {
  perSecond: [0.1, 20],
  // Three times what a picture takes here.
  lateMs: vivid.startMs,
  counts: false,
  faults: ['stalled'],
});
