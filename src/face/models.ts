import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPARING, type FaceModel, JUDGING, type ModelUses, type NetworkInput } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import type { ModelSet } from './manifest.js';

/** A model file as it was found, its SHA-256 checked. */
export interface LoadedModel {
  readonly bytes: Uint8Array;
  readonly input: string;
  readonly outputs: readonly string[];
  readonly use: NetworkInput;
}

/**
 * Reads the files of a set, all or only some of its networks, each compared with its SHA-256: the bytes that were checked
 * are the bytes that are run.
 * @throws `face.model-missing`, `face.model-altered`; the detail names the file
 */
export async function loadModels(
  { folder, models, digests }: ModelSet,
  networks: readonly FaceModel[] = [...COMPARING, ...JUDGING],
): Promise<ReadonlyMap<FaceModel, LoadedModel>> {
  const loaded = new Map<FaceModel, LoadedModel>();
  for (const name of networks) {
    const entry = models[name];
    if (!entry) continue;
    const { file, inputs, outputs, input: use } = entry;
    const bytes = await read(folder, file);
    if (createHash('sha256').update(bytes).digest('hex') !== digests[file])
      throw new KioskError('face.model-altered', file);
    loaded.set(name, { bytes, input: inputs[0] ?? 'input', outputs, use });
  }
  return loaded;
}

/** How the networks of a set are used, those that judge liveness where the set has them. */
export function usesOf({ models: { detect, landmark, feature, liveness, pose, eye } }: ModelSet): ModelUses {
  const { leastScore, sameFaceIou } = detect;
  return {
    detect: { ...detect.input, leastScore, sameFaceIou },
    landmark: landmark.input,
    feature: { ...feature.input, stillViews: feature.stillViews },
    ...(liveness && { liveness: liveness.input }),
    ...(pose && { pose: pose.input }),
    ...(eye && { eye: eye.input }),
  };
}

async function read(folder: string, file: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, file));
  } catch (error) {
    throw new KioskError('face.model-missing', file, { cause: error });
  }
}
