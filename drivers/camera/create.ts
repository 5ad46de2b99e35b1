import type { Camera } from '../../src/contracts/camera.js';
import { KioskError } from '../../src/errors.js';
import { EmulatedCamera } from './emulated.js';

/** The camera of a configuration. */
export function createCamera(name: string, config: { readonly driver: string; readonly socket?: string }): Camera {
  if (config.socket !== undefined) return new EmulatedCamera({ name, socket: config.socket });
  throw new KioskError('internal.impossible', config.driver);
}
