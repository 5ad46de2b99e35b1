import type { Camera } from '../../src/contracts/camera.js';
import type { IdReader } from '../../src/contracts/id-reader.js';
import { CameraPhotoSource } from './camera-photo.js';
import { MrzIdReader } from './mrz/index.js';
import { imagePhotoDecoder } from './photo-decoder.js';
import { SamIdReader } from './sam/index.js';
import { withPart } from './with-part.js';

interface Port {
  readonly port: string;
  readonly baudRate: number;
}

/** @template CameraOptions what the camera's own factory understands */
export type IdReaderOptions<CameraOptions> =
  | (Port & { readonly driver: 'sam'; readonly pollMs: number; readonly healthMs: number })
  | (Port & {
      readonly driver: 'mrz';
      readonly pauseMs: number;
      readonly photo: { readonly camera: CameraOptions; readonly timeoutMs: number };
    });

const NAME = 'idReader';

/** The ID reader of a configuration. */
export function createIdReader<CameraOptions>(
  options: IdReaderOptions<CameraOptions>,
  createCamera: (name: string, options: CameraOptions) => Camera,
): IdReader {
  const { port: path, baudRate } = options;
  switch (options.driver) {
    case 'sam': {
      const { pollMs, healthMs } = options;
      return new SamIdReader({ name: NAME, path, baudRate, pollMs, healthMs }, imagePhotoDecoder);
    }
    case 'mrz': {
      const { pauseMs, photo } = options;
      const source = new CameraPhotoSource(createCamera('idReader.photo', photo.camera), photo);
      return withPart(new MrzIdReader({ name: NAME, path, baudRate, pauseMs }, source), source);
    }
  }
}
