import { createConnection } from 'node:net';
import { once } from 'node:events';
import { loadConfig } from '../config/load.js';
import { socketPaths } from '../config/paths.js';
import { ControlAnswer, type ControlRequest, type TechnicianCommand } from '../contracts/control.js';
import { codeOf, KioskError } from '../errors.js';
import { LineConnection } from '../lib/socket.js';
import { byOwnerOf, closedTo, isClosed, whoAsks } from './as-owner.js';

export type Result = Readonly<Record<string, unknown>>;

/** Asks the running service, or does it here while there is none: the journal has one writer either way. */
export async function askKiosk(configFile: string, ask: TechnicianCommand): Promise<Result> {
  const config = await loadConfig(configFile);
  const by = whoAsks();
  try {
    const answer = await askService(socketPaths(config).control, { by, ask });
    if (answer) return answer;
    const done = await byOwnerOf(config.stateDir, { do: 'ask', config, ask, by });
    if (done !== undefined) return resultOf(done);
    if (await isClosed(config.stateDir)) throw closedTo(config.stateDir);
    // All drivers: most of what there is to load, for nothing where a service answers.
    const { withoutService } = await import('./without-service.js');
    return await withoutService(config, ask, by);
  } catch (error) {
    // The journal is held, but nobody answers: the service is starting, or hangs.
    if (codeOf(error) === 'journal.locked') throw new KioskError('control.offline', config.stateDir, { cause: error });
    throw error;
  }
}

/** A picture of the camera, in base64. */
const LONGEST_ANSWER = 8 << 20;

const NOBODY: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED']);

/** @returns undefined when no service listens */
async function askService(path: string, request: ControlRequest): Promise<Result | undefined> {
  const socket = createConnection(path);
  try {
    await once(socket, 'connect');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (NOBODY.has(code)) return undefined;
    throw new KioskError('control.offline', `${path} ${code}`, { cause });
  }
  const connection = new LineConnection(socket, LONGEST_ANSWER);
  const answer = await new Promise<unknown>((resolve, reject) => {
    connection.onMessage(resolve);
    connection.onClose(() => reject(new KioskError('control.offline', path)));
    connection.send(request);
  });
  connection.close();
  return resultOf(answer);
}

/** @throws what the other side says that went wrong */
export function resultOf(answer: unknown): Result {
  const parsed = ControlAnswer.safeParse(answer);
  if (!parsed.success) throw new KioskError('control.offline', 'the service is of another version');
  if (parsed.data.ok) return parsed.data.result;
  throw new KioskError(parsed.data.code, parsed.data.detail);
}

/** Whether a service listens to technicians there. */
export async function answers(path: string): Promise<boolean> {
  const socket = createConnection(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
