import { type Test, test } from 'tap';
import { KioskError } from '../../src/errors.js';
import { readModelSet } from '../../src/face/manifest.js';
import { createFaceVerifier } from '../../src/face/verifier.js';
import { WorkerClient, type WorkerData } from '../../src/face/worker-client.js';
import { Health } from '../../src/lib/health.js';
import { modelsDir } from '../../src/lib/paths.js';
import { Private } from '../../src/lib/private.js';
import { HandClock } from '../support/hand-clock.js';

const START_MS = 1_000;

/** The program of a worker, after which it stays and says nothing. */
const worker = (program = ''): URL =>
  new URL(
    `data:text/javascript,import { parentPort } from 'node:worker_threads'; ${program}; setInterval(() => 0, 9e6)`,
  );
const SILENT = worker();

interface Waiting {
  readonly client: WorkerClient;
  readonly clock: HandClock;
}

function clientOf(t: Test, url: URL, workerData?: () => WorkerData): Waiting {
  const clock = new HandClock();
  const client = new WorkerClient({
    url,
    workerData: workerData ?? ((): WorkerData => ({ engine: 'onnx', set: readModelSet(modelsDir) })),
    startMs: START_MS,
    answerMs: 1_000,
    clock,
    health: new Health('face.engine-starting'),
  });
  t.teardown(() => client.close());
  return { client, clock };
}

/** A call with a photograph, and whether nothing of the photograph is left. */
function enrol(client: WorkerClient): {
  readonly answer: Promise<unknown>;
  readonly photo: Uint8Array;
  readonly isOverwritten: () => boolean;
} {
  const photo = new Uint8Array(1_000).fill(7);
  const answer = client.call({ op: 'enrol', photo }, [photo.buffer]);
  answer.catch(() => undefined);
  return { answer, photo, isOverwritten: () => photo.every((byte) => byte === 0) };
}

test('bytes that no worker was given are overwritten when their call fails', async (t) => {
  const ends: readonly (readonly [string, (waiting: Waiting) => unknown])[] = [
    ['the worker does not start', ({ clock }) => clock.pass(START_MS)],
    ['closed', ({ client }) => client.close()],
    ['the visit is over', ({ client }) => client.forgetWaiting()],
  ];
  for (const [what, end] of ends) {
    const waiting = clientOf(t, SILENT);
    const { answer, isOverwritten } = enrol(waiting.client);
    t.notOk(isOverwritten());
    await end(waiting);
    await t.rejects(answer, { code: 'face.engine-failed' }, what);
    t.ok(isOverwritten(), what);
  }
});

test('bytes for a worker that is unfit or closed are overwritten at once', async (t) => {
  const lost = (): never => {
    throw new KioskError('face.model-missing', 'manifest.json');
  };
  const { client: unfit } = clientOf(t, SILENT, lost);
  const { client: closed } = clientOf(t, SILENT);
  await closed.close();
  for (const [client, code] of [
    [unfit, 'face.model-missing'],
    [closed, 'face.engine-failed'],
  ] as const) {
    const { answer, isOverwritten } = enrol(client);
    t.ok(isOverwritten(), code);
    await t.rejects(answer, { code });
  }

  const says = `parentPort.postMessage({ kind: 'unfit', code: 'face.model-altered', detail: 'x' })`;
  const { answer, isOverwritten } = enrol(clientOf(t, worker(says)).client);
  await t.rejects(answer, { code: 'face.model-altered' });
  t.ok(isOverwritten(), 'also when the worker itself says so');
});

test('bytes that a worker was given are its own', async (t) => {
  const { client } = clientOf(
    t,
    worker(`parentPort.postMessage({ kind: 'ready' }); parentPort.once('message', () => process.exit())`),
  );
  const { answer, photo } = enrol(client);
  await t.rejects(answer, { code: 'face.engine-failed', detail: 'ended' });
  t.equal(photo.length, 0);
});

test('a photograph that still waits for a worker when the visit ends is not enrolled any more', async (t) => {
  const verifier = createFaceVerifier({ modelsDir, workerUrl: SILENT });
  t.teardown(() => verifier.close());
  const enrolled = verifier.enrol(new Private(new Uint8Array(1_000).fill(7)));
  const rejected = t.rejects(enrolled, { code: 'face.engine-failed' });
  await verifier.wipe();
  await rejected;
});
