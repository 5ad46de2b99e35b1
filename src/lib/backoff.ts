/**
 * The pause before a further attempt: doubles up to a limit, anywhere in its upper half, so that many kiosks that lost
 * one broker do not come back in step. Milliseconds.
 * @param attempt failed attempts so far, from 0
 * @param random 0 ≤ random < 1
 */
export function backoffMs(attempt: number, firstMs: number, limitMs: number, random: number): number {
  const full = Math.min(limitMs, firstMs * 2 ** Math.min(attempt, 30));
  return full * (0.5 + random / 2);
}

/**
 * The pause before many kiosks come back to one broker: doubles up to a limit, and is anywhere below it, so that those that
 * were lost in one moment come back one by one. Milliseconds.
 * @param attempt failed attempts so far, from 0
 * @param random 0 ≤ random < 1
 */
export function spreadMs(attempt: number, firstMs: number, limitMs: number, random: number): number {
  return Math.min(limitMs, firstMs * 2 ** Math.min(attempt, 30)) * random;
}
