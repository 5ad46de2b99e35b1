import { readFileSync } from 'node:fs';
import { answerOf } from '../kiosk/control-socket.js';
import type { OwnersWork } from './as-owner.js';
import { printJson } from './command.js';

/** A process of its own: does the work that stands on stdin, and says the answer as a line of JSON. */
const work = JSON.parse(readFileSync(0, 'utf8')) as OwnersWork;

async function result(): Promise<Readonly<Record<string, unknown>>> {
  if (work.do === 'ask') return (await import('./without-service.js')).withoutService(work.config, work.ask, work.by);
  return { checks: await (await import('./doctor.js')).examine(work.configFile) };
}

printJson(await answerOf(result(), () => undefined));
// Whatever was begun and not finished would keep the process alive.
process.exit();
