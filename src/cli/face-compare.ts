import { createFaceEngine } from '../../drivers/face-engine/create.js';
import { COMPARING, type FaceEngine, type FaceEngineName } from '../contracts/face-engine.js';
import { type ErrorCode, KioskError } from '../errors.js';
import { similarityOf } from '../face/compare.js';
import type { Template } from '../face/embed.js';
import { MACHINE_ERRORS } from '../face/machine-errors.js';
import { readModelSet } from '../face/manifest.js';
import { stillTemplate } from '../face/still.js';
import { limitsOf } from '../face/verdict.js';
import { modelsDir as shippedModels } from '../lib/paths.js';
import { readPicture } from '../lib/read-picture.js';

/** One comparison of two pictures: same person, another one, or why that cannot be said. */
export interface Comparison {
  readonly decision: 'match' | 'no-match' | 'not-comparable';
  /** Why not comparable, and which of the two files is to blame. */
  readonly reason?: ErrorCode;
  readonly file?: 'a' | 'b';
  /** Cosine, −1…1. */
  readonly similarity?: number;
  readonly threshold: number;
}

/** Compares the faces of two image files. @throws `face.engine-failed`, `face.model-missing`, `face.model-altered` */
export async function compareFiles(
  a: string,
  b: string,
  { engine: name = 'onnx', modelsDir = shippedModels }: { engine?: FaceEngineName; modelsDir?: string } = {},
): Promise<Comparison> {
  const set = readModelSet(modelsDir);
  const { mean: threshold } = limitsOf(set);
  const engine = await createFaceEngine(name, { set, networks: COMPARING });
  try {
    const first = await templateOf(engine, a);
    if ('reason' in first) return { decision: 'not-comparable', reason: first.reason, file: 'a', threshold };
    const second = await templateOf(engine, b);
    if ('reason' in second) return { decision: 'not-comparable', reason: second.reason, file: 'b', threshold };
    const similarity = similarityOf(first.template, second.template);
    return { decision: similarity >= threshold ? 'match' : 'no-match', similarity, threshold };
  } finally {
    await engine.close();
  }
}

async function templateOf(
  engine: FaceEngine,
  path: string,
): Promise<{ readonly template: Template } | { readonly reason: ErrorCode }> {
  try {
    return { template: await stillTemplate(engine, await readPicture(path)) };
  } catch (error) {
    if (error instanceof KioskError && !MACHINE_ERRORS.has(error.code)) return { reason: error.code };
    throw error;
  }
}
