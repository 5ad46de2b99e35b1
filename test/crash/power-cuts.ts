import { seededRandom } from '../../src/lib/random.js';
import type { AuditResult } from '../../src/cli/audit-state.js';

/** A machine whose power can be cut, with a kiosk in it whose hardware lives on outside. */
export interface CuttableMachine {
  /** Resolves when the kiosk in it is free. */
  boot(): Promise<void>;
  /** Sends customers in, one after the other, until the power is cut; never rejects. */
  serve(): Promise<void>;
  /** Resolves after so many further steps of the kiosk. */
  steps(count: number): Promise<void>;
  /** At once, without a word to anybody in it. */
  cut(): Promise<void>;
  /** The books of the machine and of the carrier; it is up. */
  audit(): Promise<AuditResult>;
}

/** More steps than a visit has, so that a cut meets every state. */
const MOST_STEPS = 16;

/**
 * Cuts the power so many times in the middle of visits, boots the same disk again, and compares both ledgers each time.
 * @returns every audit that found something, and the last one
 */
export async function cutPower(
  machine: CuttableMachine,
  cuts: number,
  seed: number,
): Promise<{ readonly wrong: readonly AuditResult[]; readonly last: AuditResult }> {
  const random = seededRandom(seed);
  const wrong: AuditResult[] = [];
  await machine.boot();
  for (let cut = 0; cut < cuts; cut += 1) {
    const served = machine.serve();
    await machine.steps(1 + Math.floor(random() * MOST_STEPS));
    await machine.cut();
    await served;
    await machine.boot();
    const result = await machine.audit();
    if (!result.consistent) wrong.push(result);
  }
  return { wrong, last: await machine.audit() };
}
