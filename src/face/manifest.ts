import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { COMPARING, type FaceModel, JUDGING } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';

const model = z.strictObject({
  file: z.string().regex(/^[\w.-]+$/),
  inputs: z.array(z.string()).length(1),
  outputs: z.array(z.string()).min(1),
});

/** False match rates for which a threshold was measured. */
const operatingPoint = z.enum(['1e-2', '1e-3', '1e-4']);

const set = z.strictObject({
  models: z.strictObject({
    detect: model,
    landmark: model,
    feature: model,
    liveness: model.exactOptional(),
    pose: model.exactOptional(),
    eye: model.exactOptional(),
  }),
  /** Cosine at and above which two faces count as one, by false match rate. */
  thresholds: z.record(operatingPoint, z.number().min(-1).max(1)),
  operatingPoint,
  notes: z.string().optional(),
});

/** `models/manifest.json`: `sets` say how to use the files, the rest is also where set-up fetches them from. */
const manifestSchema = z.object({
  defaultSet: z.string(),
  sets: z.record(z.string(), set),
  files: z.array(z.object({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});

export type ModelSet = z.infer<typeof set>;
type Manifest = z.infer<typeof manifestSchema>;

/** A model file as it was found, its SHA-256 checked. */
export interface LoadedModel {
  readonly bytes: Uint8Array;
  readonly input: string;
  readonly outputs: readonly string[];
}

/** The networks of a set; those that judge liveness where the set has them. */
export type LoadedModels = ReadonlyMap<FaceModel, LoadedModel>;

/** @throws `face.model-missing` without a manifest or the set in it, `face.model-altered` when it does not parse */
export async function loadModelSet(modelsDir: string, name?: string): Promise<ModelSet> {
  return chosen(await loadManifest(modelsDir), name);
}

/**
 * Reads the files of a set, each compared with its SHA-256: the bytes that were checked are the bytes that are run.
 * @throws `face.model-missing`, `face.model-altered`; the detail names the file
 */
export async function loadModels(modelsDir: string, name?: string): Promise<LoadedModels> {
  const manifest = await loadManifest(modelsDir);
  const { models } = chosen(manifest, name);
  const load = async ({ file, inputs, outputs }: z.infer<typeof model>): Promise<LoadedModel> => {
    const bytes = await read(modelsDir, file);
    const wanted = manifest.files.find((entry) => entry.file === file)?.sha256;
    if (createHash('sha256').update(bytes).digest('hex') !== wanted) throw new KioskError('face.model-altered', file);
    return { bytes, input: inputs[0] ?? 'input', outputs };
  };
  const loaded = new Map<FaceModel, LoadedModel>();
  for (const name of [...COMPARING, ...JUDGING]) {
    const entry = models[name];
    if (entry) loaded.set(name, await load(entry));
  }
  return loaded;
}

function chosen({ sets, defaultSet }: Manifest, name = defaultSet): ModelSet {
  const found = sets[name];
  if (!found) throw new KioskError('face.model-missing', `set ${name} in manifest.json`);
  return found;
}

async function loadManifest(modelsDir: string): Promise<Manifest> {
  const text = (await read(modelsDir, 'manifest.json')).toString('utf8');
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new KioskError('face.model-altered', 'manifest.json', { cause: error });
  }
}

async function read(modelsDir: string, file: string): Promise<Buffer> {
  try {
    return await readFile(join(modelsDir, file));
  } catch (error) {
    throw new KioskError('face.model-missing', file, { cause: error });
  }
}
