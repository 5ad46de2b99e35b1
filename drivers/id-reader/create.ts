import type { Camera } from '../../src/contracts/camera.js';
import type { IdReader } from '../../src/contracts/id-reader.js';
import { imagePhotoDecoder } from './photo-decoder.js';
import type { LibraryOptions } from './photo-library/index.js';
import { SamIdReader } from './sam/index.js';
import { withPart } from './with-part.js';

interface Port {
  readonly port: string;
  readonly baudRate: number;
}

/** @template CameraOptions what the camera's own factory understands */
export type IdReaderOptions<CameraOptions> =
  | (Port & {
      readonly driver: 'sam';
      readonly pollMs: number;
      readonly settleMs: number;
      readonly healthMs: number;
      readonly photo?: LibraryOptions | undefined;
    })
  | (Port & {
      readonly driver: 'mrz';
      readonly pauseMs: number;
      readonly settleMs: number;
      readonly photo: { readonly camera: CameraOptions; readonly timeoutMs: number };
    });

const NAME = 'idReader';
const PHOTO = 'idReader.photo';

/** The ID reader of a configuration. What only another one needs is not loaded: it decodes pictures, which takes memory. */
export async function createIdReader<CameraOptions>(
  options: IdReaderOptions<CameraOptions>,
  createCamera: (name: string, options: CameraOptions) => Camera,
): Promise<IdReader> {
  const { port: path, baudRate } = options;
  switch (options.driver) {
    case 'sam': {
      const { pollMs, settleMs, healthMs, photo } = options;
      const sam = { name: NAME, path, baudRate, pollMs, settleMs, healthMs };
      if (!photo) return new SamIdReader(sam, imagePhotoDecoder);
      const { LibraryPhotoDecoder } = await import('./photo-library/index.js');
      const decoder = new LibraryPhotoDecoder({ name: PHOTO, ...photo });
      return withPart(new SamIdReader(sam, decoder), decoder);
    }
    case 'mrz': {
      const { pauseMs, settleMs, photo } = options;
      const { MrzIdReader } = await import('./mrz/index.js');
      const { CameraPhotoSource } = await import('./camera-photo.js');
      const source = new CameraPhotoSource(createCamera(PHOTO, photo.camera), photo);
      return withPart(new MrzIdReader({ name: NAME, path, baudRate, pauseMs, settleMs }, source), source);
    }
  }
}
