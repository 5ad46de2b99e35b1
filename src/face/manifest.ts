import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { COMPARING, type FaceModel, JUDGING, type ModelUses, type NetworkInput } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import { STILL_VIEWS } from './embed.js';

const model = z.strictObject({
  file: z.string().regex(/^[\w.-]+$/),
  inputs: z.array(z.string()).length(1),
  outputs: z.array(z.string()).min(1),
});

/** One number for all channels or one for each. */
const perChannel = z.array(z.number()).refine(({ length }) => length === 1 || length === 3);
const side = z.int().positive();

/** Pre-processing: see {@link NetworkInput}. */
const input = z.strictObject({
  width: side,
  height: side,
  channels: z.enum(['rgb', 'bgr', 'gray']),
  mean: perChannel,
  deviation: perChannel,
});
const network = model.extend({ input });

/** False match rates for which a threshold was measured. */
const operatingPoint = z.enum(['1e-2', '1e-3', '1e-4']);

const set = z.strictObject({
  models: z.strictObject({
    detect: network.extend({ leastScore: z.number().min(0).max(1), sameFaceIou: z.number().min(0).max(1) }),
    landmark: network,
    feature: network.extend({
      /** The template that faces are brought to: five points of ArcFace, which are for 112×112. */
      alignment: z.literal('arcface-112'),
      input: input.extend({ width: z.literal(112), height: z.literal(112) }),
      stillViews: z.int().min(1).max(STILL_VIEWS.length),
    }),
    liveness: network.exactOptional(),
    pose: network.exactOptional(),
    eye: network.exactOptional(),
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
  readonly use: NetworkInput;
}

/** The networks of a set, those that judge liveness where the set has them, and how they are used. */
export interface LoadedModels {
  readonly models: ReadonlyMap<FaceModel, LoadedModel>;
  readonly uses: ModelUses;
}

/** @throws `face.model-missing` without a manifest or the set in it, `face.model-altered` when it does not parse */
export async function loadModelSet(modelsDir: string, name?: string): Promise<ModelSet> {
  return chosen(await loadManifest(modelsDir), name);
}

/**
 * Reads the files of a set, all or only some of its networks, each compared with its SHA-256: the bytes that were checked are the bytes that are run.
 * @throws `face.model-missing`, `face.model-altered`; the detail names the file
 */
export async function loadModels(
  modelsDir: string,
  name?: string,
  networks: readonly FaceModel[] = [...COMPARING, ...JUDGING],
): Promise<LoadedModels> {
  const manifest = await loadManifest(modelsDir);
  const { models } = chosen(manifest, name);
  const load = async ({ file, inputs, outputs, input: use }: z.infer<typeof network>): Promise<LoadedModel> => {
    const bytes = await read(modelsDir, file);
    const wanted = manifest.files.find((entry) => entry.file === file)?.sha256;
    if (createHash('sha256').update(bytes).digest('hex') !== wanted) throw new KioskError('face.model-altered', file);
    return { bytes, input: inputs[0] ?? 'input', outputs, use };
  };
  const loaded = new Map<FaceModel, LoadedModel>();
  for (const name of networks) {
    const entry = models[name];
    if (entry) loaded.set(name, await load(entry));
  }
  return { models: loaded, uses: usesOf(models) };
}

function usesOf({ detect, landmark, feature, liveness, pose, eye }: ModelSet['models']): ModelUses {
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
