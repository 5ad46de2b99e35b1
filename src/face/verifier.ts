import type { Clock } from '../contracts/clock.js';
import type { FaceEngineName } from '../contracts/face-engine.js';
import type { FaceVerifier } from '../contracts/face-verifier.js';
import { type ErrorCode, KioskError } from '../errors.js';
import { systemClock } from '../lib/clock.js';
import { Health } from '../lib/health.js';
import { captureLoop } from './capture-loop.js';
import { type ModelSet, readModelSet } from './manifest.js';
import type { Answer } from './protocol.js';
import { WorkerClient, type WorkerData } from './worker-client.js';

export interface FaceVerifierOptions {
  readonly modelsDir: string;
  /** Which program runs the networks; ONNX Runtime when left out. */
  readonly engine?: FaceEngineName;
  /** Model set of the manifest; its default set when left out. */
  readonly set?: string | undefined;
  /** Whether captures ask for a challenge, which takes more networks than a comparison; true when left out. */
  readonly challenge?: boolean;
  readonly name?: string;
  /** The worker's program; left out, the one that was built beside this. */
  readonly workerUrl?: URL;
  /** A worker that takes longer to start, or to answer a call, counts as hung. Milliseconds. */
  readonly startMs?: number;
  readonly answerMs?: number;
  readonly clock?: Clock;
}

/** What is wrong with a photograph, seen from the document. */
const OF_THE_DOCUMENT: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  'face.image-unreadable': 'document.photo-unreadable',
  'face.image-too-large': 'document.photo-unreadable',
  'face.no-face': 'document.photo-no-face',
  'face.several-faces': 'document.photo-no-face',
  'face.too-far': 'document.photo-no-face',
  'face.turned-away': 'document.photo-no-face',
};

/**
 * Face verification in a worker thread: decoding and networks never hold up the loop that moves cards.
 * Until the worker is warm `fault()` is `face.engine-starting`, and after it failed `face.engine-failed` until it is warm
 * again; calls made meanwhile wait.
 */
export function createFaceVerifier(options: FaceVerifierOptions): FaceVerifier {
  const { modelsDir, engine = 'onnx', set, clock = systemClock, name = 'face' } = options;
  const { challenge = true, startMs = 30_000, answerMs = 5_000 } = options;
  const health = new Health('face.engine-starting');
  const url = options.workerUrl ?? new URL('../face-worker.js', import.meta.url);
  const workerData = (): WorkerData => {
    const found = readModelSet(modelsDir, set);
    if (challenge) requireJudges(found);
    return { engine, set: found };
  };
  const worker = new WorkerClient({ url, workerData, startMs, answerMs, clock, health });

  return {
    name,
    fault: () => health.fault,
    onChange: (listener) => health.onChange(listener),

    async enrol(photo) {
      const bytes = new Uint8Array(photo.reveal());
      try {
        await worker.call({ op: 'enrol', photo: bytes }, [bytes.buffer]);
      } catch (error) {
        const code = error instanceof KioskError ? OF_THE_DOCUMENT[error.code] : undefined;
        if (error instanceof KioskError && code) throw new KioskError(code, error.code, { cause: error });
        throw error;
      }
    },

    capture(frames, { steps, stepMs, deadlineMs, signal }, onProgress) {
      return captureLoop({
        frames,
        deadlineMs,
        signal,
        clock,
        onProgress,
        begin: () => worker.call({ op: 'begin', plan: { steps, stepMs } }),
        async look({ jpeg, at }) {
          const bytes = new Uint8Array(jpeg);
          jpeg.fill(0);
          return only('frame', await worker.call({ op: 'frame', jpeg: bytes, at }, [bytes.buffer])).outcome;
        },
      });
    },

    async verify() {
      return only('verify', await worker.call({ op: 'verify' })).verdict;
    },

    async inspect(jpeg) {
      const bytes = new Uint8Array(jpeg);
      jpeg.fill(0);
      return only('inspect', await worker.call({ op: 'inspect', jpeg: bytes }, [bytes.buffer])).inspection;
    },

    async wipe() {
      // A worker that is not there or cannot answer holds nothing: its memory ended with it. But what waits for the next one is here.
      if (worker.ready) await worker.call({ op: 'wipe' }).catch(() => undefined);
      else worker.forgetWaiting();
    },

    async close() {
      health.close();
      await worker.close();
    },
  };
}

function only<Op extends Answer['op']>(op: Op, answer: Answer): Extract<Answer, { op: Op }> {
  const fits = (candidate: Answer): candidate is Extract<Answer, { op: Op }> => candidate.op === op;
  if (!fits(answer)) throw new KioskError('internal.impossible', `${answer.op} answered ${op}`);
  return answer;
}

/** A challenge is judged by what these say: without them everybody would be sent to staff. @throws `face.model-mismatch` */
function requireJudges({ models }: ModelSet): void {
  for (const judge of ['pose', 'eye'] as const) {
    if (!models[judge])
      throw new KioskError('face.model-mismatch', `no ${judge}, without which no challenge is judged`);
  }
}
