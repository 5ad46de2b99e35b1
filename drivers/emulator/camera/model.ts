import type { FaceEngine } from '../../../src/contracts/face-engine.js';
import { decode } from '../../../src/face/decode.js';
import { detect } from '../../../src/face/detect.js';
import type { Box, Point } from '../../../src/face/geometry.js';
import { erase } from '../../../src/face/pixels.js';
import { steadyLandmarks } from '../../../src/face/steady.js';

/** Who is in a photograph; pixels of the photograph, upright. */
export interface Likeness {
  readonly width: number;
  readonly height: number;
  /** The largest first. */
  readonly faces: readonly Box[];
  /** The 68 points of the largest face; none without one. */
  readonly points: readonly Point[];
}

/** @throws what `decode` throws for a file that is no picture */
export async function likenessOf(engine: FaceEngine, photo: Uint8Array): Promise<Likeness> {
  const picture = await decode(photo);
  try {
    const faces = (await detect(engine, picture)).sort((a, b) => b.height - a.height);
    const [main] = faces;
    const points = main ? await steadyLandmarks(engine, picture, main) : [];
    const [sx, sy] = [picture.fullWidth / picture.width, picture.fullHeight / picture.height];
    return {
      width: picture.fullWidth,
      height: picture.fullHeight,
      faces: faces.map(({ x, y, width, height }) => ({ x: x * sx, y: y * sy, width: width * sx, height: height * sy })),
      points: points.map(({ x, y }) => ({ x: x * sx, y: y * sy })),
    };
  } finally {
    erase(picture);
  }
}
