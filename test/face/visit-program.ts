import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setInterval } from 'node:timers/promises';
import type { Frame } from '../../src/contracts/camera.js';
import { createFaceVerifier } from '../../src/face/verifier.js';
import { returnFreedMemory } from '../../src/lib/malloc.js';
import { modelsDir } from '../../src/lib/paths.js';
import { Private } from '../../src/lib/private.js';

/**
 * A process with nothing but the face verifier, for tests that look at it from outside: one visit with the files of a folder,
 * `document` and the frames after it. Says where it stands, a line each, and goes on when it is told to.
 */
const [dir = ''] = process.argv.slice(2);
returnFreedMemory();
const files = (await readdir(dir)).filter((name) => name.endsWith('.jpg')).sort();
const plan = { steps: ['turn-left', 'come-closer'], stepMs: 60_000, deadlineMs: 60_000 } as const;
const { signal } = new AbortController();
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function said(text: unknown): Promise<void> {
  process.stdout.write(`${JSON.stringify(text)}\n`);
  await lines.next();
}

/** The bytes of a file, and nowhere else a copy of them. */
async function bytesOf(name: string): Promise<Uint8Array> {
  const read = await readFile(join(dir, name));
  const bytes = new Uint8Array(read);
  read.fill(0);
  return bytes;
}

/** A picture every 20 ms, but none before the last one was taken: the film is short. */
async function* camera(): AsyncGenerator<Frame> {
  let jpeg: Uint8Array = Uint8Array.of(0);
  let shown = -1;
  for await (const taken of setInterval(20, () => jpeg[0] === 0)) {
    if (!taken()) continue;
    shown = Math.min(shown + 1, files.length - 1);
    jpeg = await bytesOf(files[shown] ?? '');
    yield { jpeg, at: performance.now() };
  }
}

/** Libraries that decode pictures and run networks, as far as this process has loaded them. */
function libraries(): readonly string[] {
  const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: readonly string[] };
  return sharedObjects.filter((file) => /onnxruntime|vips/.test(file));
}

const before = libraries();
const verifier = createFaceVerifier({ modelsDir });
const photo = new Private(await bytesOf('document'));
await verifier.enrol(photo);
photo.wipe();
await said({ at: 'enrolled', before, after: libraries() });
await verifier.capture(camera(), { ...plan, signal }, () => undefined);
await said({ at: 'captured' });
const verdict = await verifier.verify();
await verifier.wipe();
await said({ at: 'wiped', verdict });
await verifier.close();
process.exit();
