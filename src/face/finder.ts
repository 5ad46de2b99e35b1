import type { FaceEngine } from '../contracts/face-engine.js';
import type { Inspection } from '../contracts/face-verifier.js';
import { decode } from './decode.js';
import { detect } from './detect.js';
import { erase } from './pixels.js';

/** Every face of a picture; sizes and boxes in pixels of the picture as it is, turned upright by its EXIF orientation. */
export type FoundFaces = Inspection;

export interface FaceFinder {
  /** @throws `face.image-unreadable`, `face.image-too-large`, `face.no-face` (too small), `face.engine-failed` */
  find(image: Uint8Array): Promise<FoundFaces>;
}

/** Finds faces in this process, without a worker: for tools that crop photographs. */
export function createFaceFinder(engine: FaceEngine): FaceFinder {
  return {
    async find(image) {
      const picture = await decode(image);
      const faces = await detect(engine, picture);
      erase(picture);
      const { width, height, fullWidth, fullHeight } = picture;
      const [sx, sy] = [fullWidth / width, fullHeight / height];
      return {
        width: fullWidth,
        height: fullHeight,
        faces: faces.map(({ score, ...box }) => ({
          x: box.x * sx,
          y: box.y * sy,
          width: box.width * sx,
          height: box.height * sy,
          score,
        })),
      };
    },
  };
}
