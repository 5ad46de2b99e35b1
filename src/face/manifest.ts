import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
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

/** Pre-processing: see `NetworkInput`. */
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

/** An entry of the manifest, where its files are, and what they have to be. It can be handed to another thread. */
export interface ModelSet extends z.infer<typeof set> {
  readonly folder: string;
  /** File name → SHA-256. */
  readonly digests: Readonly<Record<string, string>>;
}

type Manifest = z.infer<typeof manifestSchema>;

/** @throws `face.model-missing` without a manifest or the set in it, `face.model-altered` when it does not parse */
export function readModelSet(modelsDir: string, name?: string): ModelSet {
  const { sets, defaultSet, files } = readManifest(modelsDir);
  const found = sets[name ?? defaultSet];
  if (!found) throw new KioskError('face.model-missing', `set ${name ?? defaultSet} in manifest.json`);
  return { ...found, folder: modelsDir, digests: Object.fromEntries(files.map(({ file, sha256 }) => [file, sha256])) };
}

function readManifest(modelsDir: string): Manifest {
  const text = read(join(modelsDir, 'manifest.json'));
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new KioskError('face.model-altered', 'manifest.json', { cause: error });
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KioskError('face.model-missing', 'manifest.json', { cause: error });
  }
}
