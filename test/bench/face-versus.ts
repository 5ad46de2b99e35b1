import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createFaceEngine } from '../../drivers/face-engine/create.js';
import { ScoreDistribution } from '../../src/face/bench/distribution.js';
import { ImageFolder } from '../../src/face/bench/images.js';
import { type Pair, parsePairs } from '../../src/face/bench/pairs.js';
import { equalErrorRate, FALSE_MATCH_RATES, fnmrAt, type Scores, thresholdAt } from '../../src/face/bench/rates.js';
import { quantile } from '../../src/face/bench/report.js';
import { createFaceFinder } from '../../src/face/finder.js';
import { readModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';
import { cameraFrame, castPhotos, noPhotographs, photographs } from '../face/pictures.js';
import type { Measured, Task } from './face-contender.js';

const CONTENDERS = [
  { name: 'simkiosk', program: 'ours.mjs', args: [] },
  { name: 'simkiosk, tfjs', program: 'ours.mjs', args: ['tfjs'] },
  { name: 'face-api', program: 'face-api.mjs', args: [] },
  { name: 'human', program: 'human.mjs', args: [] },
] as const;
const PEERS: readonly string[] = ['face-api', 'human'];
const ROUNDS = 50;

const run = promisify(execFile);

/**
 * Measures simkiosk and its peers, each in a process of its own and on one thread, and prints figures and ratios.
 * @param programs the folder of the contenders
 * @param args `--pairs F --images D`: a labelled set for the accuracy; the photographs beside the checkout when left out
 */
export async function versus(programs: string, args: readonly string[]): Promise<void> {
  const options = { pairs: { type: 'string' }, images: { type: 'string' } } as const;
  const { pairs: list, images: dir } = parseArgs({ args: [...args], options }).values;
  const folder = await mkdtemp(join(tmpdir(), 'simkiosk-bench-'));
  try {
    const pairs = await labelled(list, dir);
    const task = await prepare(folder, pairs);
    const rows: Record<string, Measured> = {};
    for (const { name, program, args: more } of CONTENDERS) {
      process.stderr.write(`measuring ${name}\n`);
      const { stdout } = await run(process.execPath, [join(programs, program), task, ...more], { maxBuffer: 2 ** 28 });
      rows[name] = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Measured;
    }
    console.log(speed(rows));
    console.log(accuracy(rows, pairs));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A pair with the paths of its pictures. */
async function labelled(list?: string, dir?: string): Promise<Pair[]> {
  const people = join(photographs, 'people');
  if (list === undefined && noPhotographs) return [];
  const images = dir ?? people;
  const { pairs } = parsePairs(await readFile(list ?? join(people, 'pairs.csv'), 'utf8'));
  const folder = new ImageFolder(
    images,
    pairs.flatMap(({ a, b }) => [a, b]),
  );
  const located: Pair[] = [];
  for (const { a, b, same } of pairs) {
    const [first, second] = [await folder.path(a), await folder.path(b)];
    if (first !== undefined && second !== undefined) located.push({ a: first, b: second, same });
  }
  return located;
}

async function prepare(folder: string, pairs: readonly Pair[]): Promise<string> {
  const engine = await createFaceEngine('onnx', { set: readModelSet(modelsDir) });
  const [photo = Buffer.alloc(0)] = await castPhotos();
  const [frame, document] = [join(folder, 'frame.jpg'), join(folder, 'document.jpg')];
  await writeFile(frame, await cameraFrame(createFaceFinder(engine), [{ photo, height: 300 }]));
  await writeFile(document, photo);
  await engine.close();
  const images = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  const numbers = new Map(images.map((image, i) => [image, i]));
  const indices = pairs.map(({ a, b }) => [numbers.get(a) ?? 0, numbers.get(b) ?? 0] as const);
  const task: Task = { frame, document, rounds: ROUNDS, images, pairs: indices };
  const file = join(folder, 'task.json');
  await writeFile(file, JSON.stringify(task));
  return file;
}

function speed(rows: Readonly<Record<string, Measured>>): string {
  const median = ({ ms }: Measured): number => quantile(ms, 0.5) ?? NaN;
  const best = (of: (measured: Measured) => number): number =>
    Math.min(...PEERS.flatMap((name) => (rows[name] ? [of(rows[name])] : [])));
  const cells = Object.entries(rows).map(([name, row]) => [
    name,
    row.match ? 'match' : 'NO MATCH',
    `${median(row).toFixed(1)} ms`,
    `${(quantile(row.ms, 0.99) ?? NaN).toFixed(1)} ms`,
    `${row.cpuMs.toFixed(1)} ms`,
    `${(row.coldMs / 1000).toFixed(2)} s`,
    `${Math.round(row.residentBytes / 1e6)} MB`,
    `${Math.round(row.peakBytes / 1e6)} MB`,
    `${(best(median) / median(row)).toFixed(1)} ×`,
    `${(best(({ cpuMs }) => cpuMs) / row.cpuMs).toFixed(1)} ×`,
    (row.residentBytes / best(({ residentBytes }) => residentBytes)).toFixed(2),
  ]);
  const heads = ['JPEG 1280×720 → verdict', '', 'median', '99 %', 'processor', 'cold', 'resident', 'peak'];
  const ratios = ['faster than the faster peer', 'by processor time', 'its memory of the smaller peer'];
  return table([[...heads, ...ratios], ...cells]);
}

function accuracy(rows: Readonly<Record<string, Measured>>, pairs: readonly Pair[]): string {
  if (pairs.length === 0) return 'accuracy: no labelled photographs (--pairs F --images D)';
  const percent = (rate: number | null): string => (rate === null ? '–' : `${(100 * rate).toFixed(2)} %`);
  const cells = Object.entries(rows).map(([name, { scores, threshold }]) => {
    const all: Scores = { mated: new ScoreDistribution(), nonMated: new ScoreDistribution() };
    scores.forEach((score, i) => {
      if (score !== null) (pairs[i]?.same ? all.mated : all.nonMated).add(Math.max(-1, Math.min(1, score)));
    });
    const { mated, nonMated } = all;
    const at = FALSE_MATCH_RATES.map((fmr) => thresholdAt(all, fmr)).map((limit) =>
      percent(limit === undefined ? null : fnmrAt(all, limit).rate),
    );
    const own = [1 - mated.shareAtLeast(threshold), nonMated.shareAtLeast(threshold)].map(percent);
    const failures = scores.filter((score) => score === null).length;
    return [name, `${mated.size}`, `${nonMated.size}`, `${failures}`, percent(equalErrorRate(all)), ...at, ...own];
  });
  const heads = ['accuracy', 'mated', 'non-mated', 'failures', 'EER', ...FALSE_MATCH_RATES.map((fmr) => `FNMR@${fmr}`)];
  return table([[...heads, 'FNMR by default', 'FMR by default'], ...cells]);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return `${rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')).join('\n')}\n`;
}
