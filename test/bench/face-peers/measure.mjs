import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

/**
 * What every contender is asked: a program that is started with the path of a task in JSON and prints what it measured
 * as JSON. Pictures are decoded by `sharp` on one thread for all of them.
 *
 * @typedef {{ frame: string, document: string, rounds: number, images: string[], pairs: [number, number][] }} Task
 * @typedef {{ width: number, height: number, data: Uint8Array }} Pixels
 * @typedef {object} Contender
 * @property {(bytes: Uint8Array) => Promise<unknown>} describe the face of a JPEG as a descriptor; undefined without one
 * @property {(a: any, b: any) => number} score of two descriptors, higher is more alike
 * @property {number} threshold of its own defaults
 */

sharp.cache(false);
sharp.concurrency(1);

/** @type {(bytes: Uint8Array) => Promise<Pixels>} */
export async function decode(bytes) {
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** @type {(open: () => Promise<Contender>) => Promise<void>} */
export async function measure(open) {
  const task = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8'));
  const frame = await readFile(task.frame);
  const contender = await open();
  const reference = await contender.describe(await readFile(task.document));
  const verify = async () => {
    const probe = await contender.describe(frame);
    return probe !== undefined && reference !== undefined && contender.score(reference, probe) >= contender.threshold;
  };
  const match = await verify();
  const coldMs = performance.now();
  for (let i = 0; i < task.rounds / 10; i += 1) await verify();
  const ms = [];
  for (let i = 0; i < task.rounds; i += 1) {
    const started = performance.now();
    await verify();
    ms.push(performance.now() - started);
  }
  const residentBytes = process.memoryUsage.rss();
  const descriptors = [];
  for (const image of task.images) descriptors.push(await contender.describe(await readFile(image)));
  const scores = task.pairs.map(([a, b]) => {
    const [x, y] = [descriptors[a], descriptors[b]];
    return x === undefined || y === undefined ? null : contender.score(x, y);
  });
  const { threshold } = contender;
  process.stdout.write(`${JSON.stringify({ match, coldMs, ms, residentBytes, scores, threshold })}\n`);
}
