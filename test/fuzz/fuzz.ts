import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { KioskError } from '../../src/errors.js';
import { seededRandom } from '../../src/lib/random.js';
import { mutated } from './mutate.js';
import type { Target } from './targets.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Longer takes no parser; a busy machine may, so the same input is tried again before it counts. Milliseconds. */
const LONGEST_MS = 100;
const AGAIN = 3;

export interface Finding {
  readonly inputs: number;
  /** How many were refused with an error of the table. */
  readonly refused: number;
  readonly slowestMs: number;
  /** What is left in memory of the second half. Megabytes. */
  readonly growthMb: number;
  /** Inputs, in base64, and what came of them that should not. */
  readonly wrong: readonly string[];
}

/** Feeds a parser so many inputs that a seed repeats. */
export async function fuzz(target: Target, inputs: number, seed: number): Promise<Finding> {
  const random = seededRandom(seed);
  const wrong: string[] = [];
  let [refused, slowestMs, half] = [0, 0, 0];
  const count = Math.ceil(inputs / (target.oneOf ?? 1));
  for (let i = 0; i < count && wrong.length < 10; i += 1) {
    if (i === count >> 1) half = held();
    const input = mutated(target.seeds, random);
    const note = (what: string): void => void wrong.push(`${Buffer.from(input).toString('base64')}: ${what}`);
    const begun = performance.now();
    try {
      await fed(target, input);
    } catch (error) {
      if (error instanceof KioskError && error.code !== 'internal.impossible') refused += 1;
      else if (error instanceof Error && error.name === target.expects) refused += 1;
      else note(String(error));
    }
    const ms = performance.now() - begun;
    if (ms > LONGEST_MS && (await isSlow(target, input))) note(`took ${Math.round(ms)} ms`);
    else slowestMs = Math.max(slowestMs, ms);
  }
  return { inputs: count, refused, slowestMs: Math.round(slowestMs), growthMb: held() - half, wrong };
}

/** Some parsers overwrite what they were given. */
function fed({ feed }: Target, input: Uint8Array): unknown {
  return feed(Uint8Array.from(input));
}

async function isSlow(target: Target, input: Uint8Array): Promise<boolean> {
  for (let i = 0; i < AGAIN; i += 1) {
    const begun = performance.now();
    await Promise.resolve()
      .then(() => fed(target, input))
      .catch(() => undefined);
    if (performance.now() - begun <= LONGEST_MS) return false;
  }
  return true;
}

function held(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return Math.round((heapUsed + external) / (1 << 20));
}
