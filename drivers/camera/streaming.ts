import { CameraCore } from './camera-core.js';
import { ProgramSource, type ProgramSourceOptions } from './program-source.js';

/** A camera that streams MJPEG through a program of its own, e.g. `ffmpeg` (see `programs.ts`). */
export class StreamingCamera extends CameraCore {
  constructor(name: string, options: ProgramSourceOptions) {
    super(name, new ProgramSource(options));
  }
}
