import { ControlRequest, type ControlAnswer } from '../contracts/control.js';
import { codeOf, KioskError } from '../errors.js';
import { LineConnection, listenOn } from '../lib/socket.js';
import { carryOut, type Workshop } from './technician.js';

/** Serves technicians on a Unix socket whose permissions decide who is one. One request, one answer, in order. */
export async function listenForTechnicians(
  path: string,
  shop: Workshop,
  onFatal: (error: unknown) => void,
): Promise<{ close(): Promise<void> }> {
  const answer = async (message: unknown): Promise<ControlAnswer> => {
    const request = ControlRequest.safeParse(message);
    if (!request.success) return { ok: false, code: 'cli.usage', detail: 'not a request that this version knows' };
    try {
      return { ok: true, result: await carryOut(shop, request.data.ask, request.data.by) };
    } catch (error) {
      if (!(error instanceof KioskError)) throw error;
      return { ok: false, code: codeOf(error), ...(error.detail && { detail: error.detail }) };
    }
  };
  return listenOn(path, (socket) => {
    const connection = new LineConnection(socket);
    let last = Promise.resolve();
    connection.onMessage((message) => {
      last = last.then(async () => connection.send(await answer(message))).catch(onFatal);
    });
  });
}
