import { readFile } from 'node:fs/promises';
import { createFaceEngine } from '../../drivers/face-engine/create.js';
import { COMPARING, type FaceEngineName } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import { type EmbeddedSet, embedSet } from '../face/bench/embed-set.js';
import { type IdPhoto, parseIdPhoto } from '../face/bench/id-photo.js';
import { type LabelledSet, parsePairs } from '../face/bench/pairs.js';
import { detCurve } from '../face/bench/det.js';
import { reportOf } from '../face/bench/report.js';
import { scoreSet, type ScoredSet } from '../face/bench/score-set.js';
import { readModelSet, type ModelSet } from '../face/manifest.js';
import { modelsDir } from '../lib/paths.js';
import { describeBench } from './bench-text.js';
import { printJson, writeOutput } from './command.js';
import { drawDet } from './det-plot.js';
import { Progress } from './progress.js';

export interface MeasureOptions {
  readonly pairs: string;
  readonly images: string;
  readonly engine: FaceEngineName;
  readonly set?: string;
  readonly idPhoto?: string;
  readonly json?: boolean;
}

/** Everything that was measured over a labelled set. */
export interface Measured {
  readonly set: LabelledSet;
  readonly models: ModelSet;
  readonly embedded: EmbeddedSet;
  readonly scored: ScoredSet;
}

/** `simkiosk face bench`: error rates, failures, time and memory over a labelled set. */
export async function faceBench(options: MeasureOptions & { readonly plot?: string }): Promise<void> {
  if (options.plot !== undefined) await requireWritable(options.plot);
  const { set, models, embedded, scored } = await measure(options);
  const report = {
    ...reportOf(set.pairs.length, embedded, scored, models),
    memory: { residentMB: megabytes(process.memoryUsage.rss()), peakMB: peakMemory() },
    engine: options.engine,
    idPhoto: options.idPhoto ?? null,
  };
  if (!options.json) process.stdout.write(describeBench(report, embedded.failures));
  else printJson({ ...report, failedPictures: embedded.failures });
  if (options.plot !== undefined) await writeOutput(options.plot, drawDet(detCurve(scored)));
}

/** Embeds and compares a labelled set, with the progress on stderr. @throws `bench.…`, `cli.usage`, `face.…` of the machine */
export async function measure({
  pairs,
  images,
  engine: name,
  set: setName,
  idPhoto,
}: MeasureOptions): Promise<Measured> {
  const photo: IdPhoto | undefined = idPhoto === undefined ? undefined : parseIdPhoto(idPhoto);
  const set = parsePairs(await read(pairs));
  const models = readModelSet(modelsDir, setName);
  const engine = await createFaceEngine(name, { set: models, networks: COMPARING });
  const progress = new Progress('pictures');
  const listed = set.pairs.length;
  if ((set.promised ?? listed) !== listed)
    progress.say(`the list has ${listed} pairs, its header promises ${set.promised}`);
  try {
    const onProgress = (done: number, total: number): void => progress.show(done, total);
    const embedded = await embedSet(set, { engine, images, idPhoto: photo, onProgress });
    progress.say('comparing');
    return { set, models, embedded, scored: scoreSet(set, embedded) };
  } finally {
    await engine.close();
  }
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new KioskError('bench.pairs-invalid', path, { cause });
  });
}

/** Found out before hours are measured. What the file holds stays until there is something else. */
function requireWritable(path: string): Promise<void> {
  return writeOutput(path, '', { flag: 'a' });
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

/** The most memory this process ever held: the operating system counts it in KiB. */
function peakMemory(): number {
  return megabytes(process.resourceUsage().maxRSS * 1024);
}
