import type { MessagePort } from 'node:worker_threads';
import type { FaceEngine } from '../contracts/face-engine.js';
import { codeOf, KioskError } from '../errors.js';
import { returnGaps } from '../lib/malloc.js';
import type { Answer, Failure, Message, NumberedRequest, Request, WorkerOptions } from './protocol.js';
import { FaceSession } from './session.js';
import { warmUp } from './warm-up.js';

/** Starting again does not mend these. */
const LASTING: ReadonlySet<string> = new Set(['face.model-missing', 'face.model-altered', 'face.model-mismatch']);

/**
 * The worker's side: opens the engine, then serves one request after the other in the order they came.
 * @throws when the engine cannot be opened for a reason that a new start may mend: the thread ends
 */
export async function serveFace(
  port: MessagePort,
  { set }: WorkerOptions,
  open: () => Promise<FaceEngine>,
): Promise<void> {
  const post = (message: Message): void => port.postMessage(message);
  let session: FaceSession;
  try {
    const engine = await open();
    await warmUp(engine);
    session = new FaceSession(engine, set);
  } catch (error) {
    const failure = failureOf(error);
    if (!LASTING.has(failure.code)) throw error;
    post({ kind: 'unfit', ...failure });
    return;
  }

  const serve = async ({ id, request }: NumberedRequest): Promise<void> => {
    try {
      const answer = await perform(session, request);
      post({ kind: 'answer', id, answer });
    } catch (error) {
      post({ kind: 'failure', id, ...failureOf(error) });
    }
  };
  let last = Promise.resolve();
  port.on('message', (message: NumberedRequest) => {
    last = last.then(() => serve(message));
  });
  post({ kind: 'ready' });
}

async function perform(session: FaceSession, request: Request): Promise<Answer> {
  switch (request.op) {
    case 'enrol':
      await session.enrol(request.photo);
      return { op: 'enrol' };
    case 'begin':
      session.begin(request.plan);
      return { op: 'begin' };
    case 'frame':
      return { op: 'frame', outcome: await session.frame(request.jpeg, request.at) };
    case 'verify':
      return { op: 'verify', verdict: await session.verify() };
    case 'inspect':
      return { op: 'inspect', inspection: await session.inspect(request.jpeg) };
    case 'wipe':
      session.wipe();
      returnGaps();
      return { op: 'wipe' };
  }
}

function failureOf(error: unknown): Failure {
  return { code: codeOf(error, 'face.engine-failed'), detail: error instanceof KioskError ? error.detail : undefined };
}
