import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { readLedger } from '../../src/carrier/read-ledger.js';
import { statePaths } from '../../src/config/paths.js';
import { openJournal } from '../../src/journal/journal.js';
import type { Bench } from '../support/bench.js';
import { residentMb } from '../support/memory.js';

const PER_COMMIT = 500;
const LOOK_MS = 250;

export interface Drained {
  readonly messages: number;
  readonly seconds: number;
  /** Resident memory, megabytes: most of it while the backlog is drained, and how much more than when the kiosk got free. */
  readonly runMb: number;
  readonly linkMb: number;
  readonly runGrowthMb: number;
  readonly linkGrowthMb: number;
}

/** Puts so many messages into the outbox of a kiosk that is stopped, starts it, and waits until the carrier has them all. */
export async function drain(bench: Bench, messages: number): Promise<Drained> {
  await bench.run.kill('SIGTERM');
  const journal = await openJournal(bench.dir, 'virtual-1');
  for (let left = messages; left > 0; left -= PER_COMMIT) {
    const drafts = Array.from({ length: Math.min(left, PER_COMMIT) }, () => {
      return { type: 'visit.started', data: { transaction: randomUUID(), service: 'new-sim' } } as const;
    });
    await journal.append({ at: Date.now(), event: { type: 'test' }, messages: () => drafts });
  }
  const { committed } = journal.messages();
  const { epoch } = journal;
  await journal.close();
  const begun = performance.now();
  const [run, { pid: linkPid }] = [bench.startRun(), bench.link];
  await run.says('"msg":"started"');
  await bench.idle();
  const seen: { run: number; link: number }[] = [];
  for (;;) {
    seen.push({ run: residentMb(run.pid), link: residentMb(linkPid) });
    if ((await acknowledgedBy(statePaths(bench.dir).carrier, epoch)) >= committed) break;
    await pause(LOOK_MS);
  }
  const seconds = Math.round((performance.now() - begun) / 1_000);
  const most = (name: 'run' | 'link'): number => Math.round(Math.max(...seen.map((sample) => sample[name])));
  const first = seen[0] ?? { run: NaN, link: NaN };
  return {
    ...{ messages, seconds, runMb: most('run'), linkMb: most('link') },
    runGrowthMb: most('run') - Math.round(first.run),
    linkGrowthMb: most('link') - Math.round(first.link),
  };
}

async function acknowledgedBy(carrier: string, epoch: string): Promise<number> {
  const ledger = await readLedger(carrier);
  return ledger.kiosks.find((kiosk) => kiosk.epoch === epoch)?.upTo ?? 0;
}
