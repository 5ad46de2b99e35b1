import { setTimeout as pause } from 'node:timers/promises';
import type { AuditResult } from '../../src/cli/audit-state.js';
import type { Bench } from '../support/bench.js';
import type { Mosquitto } from '../support/mosquitto.js';
import type { Proxy } from './proxy.js';

export interface World {
  readonly bench: Bench;
  readonly broker: Mosquitto;
  readonly network: Proxy;
}

/** What happens to broker and network, for so long. */
type Trouble = (world: World, ms: number) => Promise<void>;

export const troubles: Readonly<Record<string, Trouble>> = {
  async 'broker killed and started again, its sessions lost'({ broker }, ms) {
    await broker.kill();
    await pause(ms);
    await broker.run();
  },
  async 'broker frozen'({ broker }, ms) {
    broker.signal('SIGSTOP');
    await pause(ms);
    broker.signal('SIGCONT');
  },
  async 'connection half open'({ network }, ms) {
    network.swallows = true;
    await pause(ms);
    network.swallows = false;
    network.sever();
  },
  async 'acknowledgements of the broker withheld'({ network }, ms) {
    network.withholdsAcks = true;
    await pause(ms);
    network.withholdsAcks = false;
    network.sever();
  },
  async 'connection broken again and again'({ network }, ms) {
    for (let i = 0; i < 5; i += 1) {
      network.sever();
      await pause(ms / 5);
    }
  },
};

/** Each trouble in the middle of visits, after one more step of the service each time; then both ledgers are compared. */
export async function cause(
  world: World,
  { rounds, ms, visitors }: { readonly rounds: number; readonly ms: number; readonly visitors: number },
): Promise<{ readonly outcomes: Readonly<Record<string, number>>; readonly wrong: readonly unknown[] }> {
  const { bench } = world;
  const wrong: unknown[] = [];
  const outcomes: Record<string, number> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [what, happens]] of Object.entries(troubles).entries()) {
      await bench.idle();
      const visits = bench.serve(visitors);
      await bench.run.steps(1 + ((round * Object.keys(troubles).length + index) % 12));
      await happens(world, ms);
      for (const ending of await visits) {
        const outcome = ending?.outcome ?? 'none';
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
      await bench.idle();
      const result = await bench.settled();
      if (!agrees(result)) wrong.push({ what, result });
    }
  }
  return { outcomes, wrong };
}

/** Both ledgers say the same: everything was acknowledged, and as many numbers are live as cards were taken. */
export function agrees({ consistent, cards, messages, carrier }: AuditResult): boolean {
  const live = carrier?.['active'] ?? 0;
  return consistent && messages.committed === messages.acknowledged && live === cards.taken;
}
