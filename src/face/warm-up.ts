import sharp from 'sharp';
import type { FaceEngine } from '../contracts/face-engine.js';
import { embedStill } from './embed.js';
import { analyse } from './frame.js';
import { fivePoints, landmarks } from './landmarks.js';

const ROUNDS = 3;
const [width, height] = [1280, 720];

/** Runs every step on an empty picture, so that the first customer does not pay for compilers and first allocations. */
export async function warmUp(engine: FaceEngine): Promise<void> {
  const background = '#7f7f7f';
  const empty = sharp({ create: { width, height, channels: 3, background } });
  const jpeg = await empty.jpeg().toBuffer();
  const raster = { width, height, data: new Uint8Array(3 * width * height) };
  for (let round = 0; round < ROUNDS; round += 1) {
    await analyse(engine, jpeg, 0);
    const five = fivePoints(await landmarks(engine, raster, { x: 500, y: 200, width: 200, height: 250 }));
    await embedStill(engine, [raster], five);
  }
}
