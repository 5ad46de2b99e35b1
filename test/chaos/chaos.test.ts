import t, { test } from 'tap';
import { noMosquitto } from '../support/mosquitto.js';
import { drain } from './backlog.js';
import { startWorld } from './bench.js';
import { agrees, cause } from './chaos.js';

t.setTimeout(230_000);

test(
  'whatever broker and network do, every message takes effect once, in order (short form of test:chaos)',
  { skip: noMosquitto, timeout: 220_000 },
  async (t) => {
    const world = await startWorld(t, 60);
    const { wrong } = await cause(world, { rounds: 1, ms: 1_000, visitors: 1 });
    t.same(wrong, []);
    const { runGrowthMb, linkGrowthMb } = await drain(world.bench, 2_000);
    t.ok(runGrowthMb < 50 && linkGrowthMb < 50, `memory grew by ${runGrowthMb} and ${linkGrowthMb} MB`);
    t.ok(agrees(await world.bench.settled()), 'both ledgers agree');
  },
);
