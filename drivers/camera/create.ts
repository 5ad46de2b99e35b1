import type { Camera } from '../../src/contracts/camera.js';
import { EmulatedCamera } from './emulated.js';
import { ffmpeg, rpicamVid, type RpicamOptions, type V4l2Options } from './programs.js';
import { StillCamera, type StillOptions } from './still.js';
import { StreamingCamera } from './streaming.js';

/** A camera as a configuration describes it. */
export type CameraOptions =
  | { readonly driver: 'emulated'; readonly socket: string }
  | ({ readonly driver: 'v4l2'; readonly startMs: number } & V4l2Options)
  | ({ readonly driver: 'rpicam'; readonly startMs: number } & RpicamOptions)
  | ({ readonly driver: 'still' } & StillOptions);

/** The driver for a camera. */
export function createCamera(name: string, options: CameraOptions): Camera {
  switch (options.driver) {
    case 'emulated':
      return new EmulatedCamera({ name, socket: options.socket });
    case 'v4l2':
      return new StreamingCamera(name, { program: ffmpeg(options), device: options.device, startMs: options.startMs });
    case 'rpicam':
      return new StreamingCamera(name, { program: rpicamVid(options), startMs: options.startMs });
    case 'still':
      return new StillCamera(name, options);
  }
}
