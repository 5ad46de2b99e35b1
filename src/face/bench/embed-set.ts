import type { FaceEngine } from '../../contracts/face-engine.js';
import { codeOf, type ErrorCode, KioskError } from '../../errors.js';
import { MACHINE_ERRORS } from '../machine-errors.js';
import { CENTRED, LABELLED, stillTemplate } from '../still.js';
import { asIdPhoto, type IdPhoto } from './id-photo.js';
import { ImageFolder } from './images.js';
import { TemplateMatrix } from './matrix.js';
import type { LabelledSet } from './pairs.js';

/** A picture that has no template, and why (failure to process). */
export interface Failure {
  readonly file: string;
  readonly reason: ErrorCode;
}

/** The pictures of a set as templates; the rows are found by the picture's name. */
export interface EmbeddedPictures {
  readonly matrix: TemplateMatrix;
  readonly rows: ReadonlyMap<string, number>;
}

export interface EmbeddedSet {
  /** First pictures of the pairs; the same as `probes` unless they were degraded to ID photographs. */
  readonly references: EmbeddedPictures;
  readonly probes: EmbeddedPictures;
  readonly failures: readonly Failure[];
  /** Decoding to template, one figure a picture. */
  readonly ms: readonly number[];
}

export interface EmbedOptions {
  readonly engine: FaceEngine;
  readonly images: string;
  readonly idPhoto?: IdPhoto | undefined;
  readonly onProgress: (done: number, total: number) => void;
}

/** Makes a template of every picture that the pairs name, each once. @throws `bench.images-missing`, `face.engine-failed` */
export async function embedSet({ pairs, people }: LabelledSet, options: EmbedOptions): Promise<EmbeddedSet> {
  const { engine, images, idPhoto, onProgress } = options;
  const firsts = [...new Set(pairs.map(({ a }) => a))];
  const seconds = [...new Set(pairs.map(({ b }) => b))];
  const all = [...new Set([...firsts, ...seconds])];
  const folder = new ImageFolder(images, all);
  if (!(await anyIsThere(folder, all))) throw new KioskError('bench.images-missing', images);
  // The layout that says who is shown is that of LFW.
  const policy = people ? CENTRED : LABELLED;
  const numbers = new Map([...new Set(people?.values())].map((name, i) => [name, i]));
  const total = idPhoto ? firsts.length + seconds.length : all.length;
  const failures: Failure[] = [];
  const ms: number[] = [];
  let done = 0;

  const embedAll = async (files: readonly string[], degrade?: IdPhoto): Promise<EmbeddedPictures> => {
    const matrix = new TemplateMatrix(files.length);
    const rows = new Map<string, number>();
    for (const file of files) {
      try {
        const whole = await folder.read(file);
        const bytes = degrade ? await asIdPhoto(engine, whole, degrade, policy) : whole;
        const started = performance.now();
        const template = await stillTemplate(engine, bytes, policy);
        ms.push(performance.now() - started);
        rows.set(file, matrix.push(template, numbers.get(people?.get(file) ?? '') ?? -1));
      } catch (error) {
        if (!(error instanceof KioskError) || MACHINE_ERRORS.has(error.code)) throw error;
        failures.push({ file, reason: codeOf(error) });
      }
      done += 1;
      onProgress(done, total);
    }
    return { matrix, rows };
  };

  if (!idPhoto) {
    const pictures = await embedAll(all);
    return { references: pictures, probes: pictures, failures, ms };
  }
  const references = await embedAll(firsts, idPhoto);
  return { references, probes: await embedAll(seconds), failures, ms };
}

async function anyIsThere(folder: ImageFolder, files: readonly string[]): Promise<boolean> {
  for (const file of files) if ((await folder.path(file)) !== undefined) return true;
  return false;
}
