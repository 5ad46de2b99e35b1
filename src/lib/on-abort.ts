import { Listeners } from './listeners.js';

/** An event listener costs more than most of what waits for one, so each signal gets one for all who wait for it in turn. */
const waiting = new WeakMap<AbortSignal, Listeners>();

/** Calls back when the signal is aborted from now on. @returns a function that removes the listener */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const known = waiting.get(signal);
  if (known) return known.add(listener);
  const all = new Listeners();
  waiting.set(signal, all);
  signal.addEventListener('abort', () => all.emit(), { once: true });
  return all.add(listener);
}
