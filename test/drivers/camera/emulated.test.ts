import { join } from 'node:path';
import t from 'tap';
import { EmulatedCamera } from '../../../drivers/camera/emulated.js';
import { cameraContract } from '../../contract/camera.js';
import { newFolder, startHardware } from './hardware.js';

const dir = await newFolder(t);
let cameras = 0;

cameraContract(t, 'emulated camera', async () => {
  const socket = join(dir, `${++cameras}.sock`);
  const hardware = await startHardware(socket);
  return { ...hardware, camera: new EmulatedCamera({ name: 'camera', socket }) };
});
