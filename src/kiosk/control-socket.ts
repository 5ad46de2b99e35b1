import { setTimeout as pause } from 'node:timers/promises';
import { ControlRequest, type ControlAnswer, type TechnicianCommand } from '../contracts/control.js';
import { KioskError, type ErrorCode } from '../errors.js';
import { LineConnection, listenOn } from '../lib/socket.js';

/** After these nothing more may happen: what is not in the books has not been done. */
const FATAL: ReadonlySet<ErrorCode> = new Set(['journal.unwritable', 'journal.corrupt']);

type Result = Readonly<Record<string, unknown>>;

/** Carries out what a technician asks for; `by` is who asks. */
export type CarryOut = (ask: TechnicianCommand, by: string) => Promise<Result>;

/** What a technician is told. @param onFatal hears of the errors after which nothing more may happen */
export async function answerOf(work: Promise<Result>, onFatal: (error: unknown) => void): Promise<ControlAnswer> {
  try {
    return { ok: true, result: await work };
  } catch (error) {
    if (!(error instanceof KioskError)) throw error;
    if (FATAL.has(error.code)) onFatal(error);
    return { ok: false, code: error.code, ...(error.detail && { detail: error.detail }) };
  }
}

/** So long an answer that is due holds up the end: one that ends the service is heard, a device test may go on. */
const LAST_ANSWER_MS = 1_000;

/**
 * Serves technicians on a Unix socket whose permissions decide who is one. One request, one answer, in order. Closing
 * waits a second for answers that are due.
 */
export async function listenForTechnicians(
  path: string,
  carryOut: CarryOut,
  onFatal: (error: unknown) => void,
): Promise<{ close(): Promise<void> }> {
  const answer = async (message: unknown): Promise<ControlAnswer> => {
    const request = ControlRequest.safeParse(message);
    if (!request.success) return { ok: false, code: 'cli.usage', detail: 'not a request that this version knows' };
    return answerOf(carryOut(request.data.ask, request.data.by), onFatal);
  };
  const due = new Set<Promise<void>>();
  const server = await listenOn(path, (socket) => {
    const connection = new LineConnection(socket);
    let last = Promise.resolve();
    connection.onMessage((message) => {
      const answered = last.then(async () => connection.send(await answer(message))).catch(onFatal);
      due.add(answered);
      last = answered.finally(() => due.delete(answered));
    });
  });
  return {
    async close() {
      if (due.size > 0) await Promise.race([Promise.all(due), pause(LAST_ANSWER_MS)]);
      await server.close();
    },
  };
}
