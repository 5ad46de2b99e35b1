import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import tap, { test } from 'tap';
import { createOnnxEngine } from '../../drivers/face-engine/onnx.js';
import { decode, FRAME } from '../../src/face/decode.js';
import { embed } from '../../src/face/embed.js';
import { createFaceFinder } from '../../src/face/finder.js';
import { analyse } from '../../src/face/frame.js';
import { stillTemplate } from '../../src/face/still.js';
import { readModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';
import { film } from './film.js';
import { castPhotos, idPhoto } from './pictures.js';

const engine = await createOnnxEngine({ set: readModelSet(modelsDir) });
const [photo] = await castPhotos();
if (!photo) throw new Error('the set-up put no photographs into models/cast');
const document = await idPhoto(createFaceFinder(engine), photo);
const frames = await film(photo, engine);
tap.teardown(() => engine.close());

interface Needle {
  readonly what: string;
  readonly bytes: Buffer;
}

/** Pieces of bytes from all over them, each of which nothing else has by chance. */
function pieces(what: string, bytes: Uint8Array, count: number): Needle[] {
  return Array.from({ length: count }, (_, i) => {
    const start = 4 * Math.floor(((i + 0.5) * bytes.length) / count / 4);
    return { what: `${what}, piece ${i}`, bytes: Buffer.from(bytes.subarray(start, start + 32)) };
  }).filter(({ bytes: piece }) => new Set(piece).size >= 12);
}

const raw = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** What a process may have of a visit: the files, pixels, aligned faces and templates, as this process makes them of the same bytes. */
async function needles(): Promise<{ readonly template: Needle[]; readonly all: Needle[] }> {
  const template = pieces('template of the document', raw(await stillTemplate(engine, document)), 4);
  const all = [...template, ...pieces('photograph of the document', document, 4)];
  for (const [i, frame] of [frames[0], frames[1], frames.at(-1)].entries()) {
    if (!frame) continue;
    const { aligned } = await analyse(engine, frame, 0);
    all.push(...pieces(`frame ${i}`, frame, 4));
    all.push(...pieces(`pixels of frame ${i}`, (await decode(frame, FRAME)).data, 9).slice(3, 6));
    if (!aligned) continue;
    all.push(...pieces(`aligned face of frame ${i}`, raw(aligned.data), 3));
    all.push(...pieces(`template of frame ${i}`, raw(await embed(engine, aligned)), 3));
  }
  return { template, all };
}

/** Which of the needles the writable memory of a process holds. */
async function foundIn(pid: number, wanted: readonly Needle[]): Promise<readonly string[]> {
  const found = new Set<string>();
  const memory = await open(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n')) {
      const [, from = '', to = '', mode = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line) ?? [];
      if (!mode.startsWith('rw')) continue;
      const [start, end] = [parseInt(from, 16), parseInt(to, 16)];
      const bytes = Buffer.alloc(end - start);
      const { bytesRead } = await memory.read(bytes, 0, bytes.length, start).catch(() => ({ bytesRead: 0 }));
      for (const { what, bytes: piece } of wanted) if (bytes.subarray(0, bytesRead).includes(piece)) found.add(what);
    }
  } finally {
    await memory.close();
  }
  return [...found].sort();
}

interface Enrolled {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Processor time of a thread, or of all of a process, in clock ticks (proc(5): `utime` and `stime`, fields 14 and 15). */
async function ticks(pid: number, thread?: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/${thread === undefined ? '' : `task/${thread}/`}stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function start(dir: string): Promise<{ child: ChildProcess; next: () => Promise<unknown> }> {
  await writeFile(join(dir, 'document'), document);
  for (const [i, frame] of frames.entries()) await writeFile(join(dir, `${String(i).padStart(3, '0')}.jpg`), frame);
  const program = fileURLToPath(new URL('./visit-program.js', import.meta.url));
  const child = spawn(process.execPath, [program, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
  return { child, next };
}

test('pictures are decoded and networks run off the main thread, and nothing of a visit is left after it', async (t) => {
  const { child, next } = await start(t.testdir());
  t.teardown(() => child.kill());
  const { before, after } = (await next()) as Enrolled;
  t.same(before, [], 'nothing that decodes or infers is loaded before there is a worker');
  t.ok(after.length > 0);
  const pid = child.pid ?? 0;
  const used = { all: await ticks(pid), main: await ticks(pid, pid) };
  child.stdin?.write('\n');
  t.match(await next(), { at: 'captured' });
  const [all, main] = [(await ticks(pid)) - used.all, (await ticks(pid, pid)) - used.main];
  t.ok(main < all / 3, `the main thread used ${main} of ${all} ticks`);

  const wanted = await needles();
  t.ok((await foundIn(pid, wanted.template)).length > 0, 'the search finds the template while it is needed');
  child.stdin?.write('\n');
  t.match(await next(), { at: 'wiped', verdict: { decision: 'match' } });
  t.ok(wanted.all.length > 30);
  t.same(await foundIn(pid, wanted.all), [], 'photograph, frames, pixels, crops, templates');
  child.stdin?.write('\n');
});
