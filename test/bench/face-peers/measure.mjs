import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

/**
 * @typedef {import('../face-contender.js').Task} Task
 * @typedef {import('../face-contender.js').Measured} Measured
 */

// One thread decodes, for every contender.
sharp.cache(false);
sharp.concurrency(1);

/**
 * RGB pixels of a picture, for libraries that cannot decode.
 * @type {(bytes: Uint8Array) => Promise<{ width: number, height: number, data: Uint8Array }>}
 */
export async function decode(bytes) {
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/**
 * Measures a contender in this process, as the task asks whose path is the first argument, and prints it as JSON.
 * @template D
 * @param {() => Promise<import('../face-contender.js').Contender<D>>} open
 */
export async function measure(open) {
  /** @type {Task} */
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
  for (let i = 0; i < task.rounds / 5; i += 1) await verify();
  const ms = [];
  const before = process.cpuUsage();
  for (let i = 0; i < task.rounds; i += 1) {
    const started = performance.now();
    await verify();
    ms.push(performance.now() - started);
  }
  const { user, system } = process.cpuUsage(before);
  const residentBytes = process.memoryUsage.rss();
  const peakBytes = process.resourceUsage().maxRSS * 1024;

  const faces = [];
  for (const image of task.images) faces.push(await contender.describe(await readFile(image)));
  const scores = task.pairs.map(([a, b]) => {
    const [x, y] = [faces[a], faces[b]];
    return x === undefined || y === undefined ? null : contender.score(x, y);
  });
  const { threshold } = contender;
  const cpuMs = (user + system) / 1000 / task.rounds;
  /** @type {Measured} */
  const measured = { match, coldMs, ms, cpuMs, residentBytes, peakBytes, scores, threshold };
  process.stdout.write(`${JSON.stringify(measured)}\n`);
}
