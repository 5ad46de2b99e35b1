import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Test } from 'tap';
import { createUnixLink } from '../../drivers/link/unix.js';
import type { Envelope } from '../../src/contracts/link.js';
import { startLink } from '../../src/link/link.js';

export const KIOSK = 'kiosk-1';
export const STATE = 'sk/v1/kiosk-1/up/state';
export const EVENT = 'sk/v1/kiosk-1/up/event';
export const DOWN = 'sk/v1/kiosk-1/down/ack';

export const event = (payload: string, seq?: number): Envelope => ({
  topic: EVENT,
  payload,
  qos: 1,
  retain: false,
  ...(seq !== undefined && { seq }),
});
export const state = (payload: string): Envelope => ({ topic: STATE, payload, qos: 1, retain: true });

/** The device process's end, in a new folder; each hello has the next session number. */
export async function openDevice(t: Test, kiosk = KIOSK) {
  const dir = await mkdtemp(join(tmpdir(), 'link-'));
  t.teardown(() => rm(dir, { recursive: true }));
  const socket = join(dir, 'link.sock');
  let session = 0;
  const hello = () => {
    session += 1;
    const [will, birth] = [state(`off ${session}`), state(`on ${session}`)];
    return Promise.resolve({ kiosk, session, will, birth, subscriptions: [DOWN] });
  };
  const link = await createUnixLink({ name: 'link', socket }, hello, (error) => t.fail(String(error)));
  t.teardown(() => link.close());
  return { link, socket };
}

/** A network process's inside. */
export function openLink(t: Test, socket: string, url: string, options: Partial<Parameters<typeof startLink>[0]> = {}) {
  const log: string[] = [];
  const sink = { write: (line: string) => void log.push(line) };
  const running = startLink({ socket, broker: { url }, ...options }, pino({ level: 'debug' }, sink));
  t.teardown(() => running.close());
  return { log, close: () => running.close() };
}
