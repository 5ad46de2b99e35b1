import { Live } from '../../drivers/emulator/camera/live.js';
import { Sitter } from '../../drivers/emulator/camera/sitter.js';
import type { FaceEngine } from '../../src/contracts/face-engine.js';
import { seededRandom } from '../../src/lib/random.js';

/** Pictures of a customer who looks at the camera, turns left, looks at it again and comes closer. */
export async function film(photo: Uint8Array, engine: FaceEngine): Promise<Uint8Array[]> {
  const live = new Live(await Sitter.of(photo, engine), seededRandom(1));
  const pictures: Uint8Array[] = [];
  for (const [prompt, count] of [
    ['look-at-camera', 3],
    ['turn-left', 5],
    ['look-at-camera', 5],
    ['come-closer', 8],
  ] as const) {
    live.asked(prompt);
    for (let i = 0; i < count; i += 1) pictures.push(await live.next());
  }
  return pictures;
}
