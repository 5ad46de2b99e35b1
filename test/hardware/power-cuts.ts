import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { AuditResult } from '../../src/cli/audit-state.js';
import { rootDir } from '../../src/lib/paths.js';
import { seededRandom } from '../../src/lib/random.js';
import { holdCache } from './cache.js';
import { makeDisk } from './disk.js';
import { boot } from './machine.js';
import { checkNeeds } from './needs.js';
import type { Report } from './power-report.js';
import { packagesDisk, programDisk } from './program.js';
import { system } from './system.js';

/**
 * `npm run test:power-cuts -- [cuts] [seed]`: a kiosk in a virtual machine sells, loses its power at a drawn moment, and
 * is booted again on the same disk. After each boot its books, those of the carrier and the cards themselves are compared:
 * before the service starts, and once it is open again and the carrier has every message.
 */
const [cuts = 30, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const GUEST = 'dist/test/hardware/guest/power-cut.js';
const BOOT_MS = 20 * 60_000;
const KEPT_MB = 300;
/** After `starting` it is still recovering; more often where a card or a number is on its way. */
const MOMENTS = [
  ...['starting', 'starting', 'checking', 'capturing', 'verifying', 'authorising', 'authorising'],
  ...[
    'staging',
    'staging',
    'identifying',
    'binding',
    'binding',
    'presenting',
    'presenting',
    'presented',
    'presented',
    'done',
  ],
];
/** After that moment, at most. */
const LATEST_MS: Readonly<Record<string, number>> = { starting: 20_000, checking: 20_000 };
const SOON_MS = 400;

const random = seededRandom(seed);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Plan {
  readonly moment: string;
  readonly delayMs: number;
}

function draw(): Plan {
  const moment = MOMENTS[Math.floor(random() * MOMENTS.length)] ?? 'staging';
  return { moment, delayMs: Math.floor(random() * (LATEST_MS[moment] ?? SOON_MS)) };
}

class PowerCuts {
  readonly wrong: AuditResult[] = [];
  readonly states: Record<string, number> = {};
  last: AuditResult | undefined;

  constructor(
    private readonly parts: Pick<Parameters<typeof boot>[0], 'system' | 'program' | 'packages' | 'folder' | 'keptDisk'>,
  ) {}

  /**
   * One life of the machine.
   * @param plan when its power is cut; left out: it is switched off once everything is settled
   */
  async live(plan?: Plan): Promise<void> {
    const cut = new AbortController();
    const verdict = join(this.parts.folder, 'reports.sock');
    await rm(verdict, { force: true });
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      createInterface({ input: socket }).on('line', (line) => {
        const said = JSON.parse(line) as Report;
        if ('audit' in said) this.#audited(said.after, said.audit);
        const isMoment = plan
          ? 'state' in said && said.state === plan.moment
          : 'after' in said && said.after === 'start';
        if (isMoment) {
          void pause(plan?.delayMs ?? 0).then(() => cut.abort());
        }
      });
    }).listen(verdict);
    await once(server, 'listening');
    const console = join(rootDir, '.simkiosk', 'hardware', 'power-cuts.log');
    const ending = await boot({ ...this.parts, console, verdict }, BOOT_MS, cut.signal);
    server.close();
    if (!cut.signal.aborted) throw new Error(`${ending}, before ${plan?.moment ?? 'it was open'}; see ${console}`);
  }

  #audited(after: 'boot' | 'start', audit: AuditResult): void {
    if (!audit.consistent) this.wrong.push(audit);
    this.last = audit;
    if (after === 'start') return;
    const { state } = audit.transaction;
    this.states[state] = (this.states[state] ?? 0) + 1;
  }
}

checkNeeds();
await mkdir(join(rootDir, '.simkiosk', 'hardware'), { recursive: true });
const release = await holdCache(() => say('waiting for another hardware test to end'));
const folder = await mkdtemp(join(tmpdir(), 'simkiosk-power-'));
try {
  const empty = join(folder, 'empty');
  await mkdir(empty);
  const keptDisk = join(folder, 'kept.img');
  await makeDisk(keptDisk, { from: empty, label: 'kept', megabytes: KEPT_MB });
  const parts = {
    system: await system(say),
    packages: await packagesDisk(),
    program: await programDisk(folder, [GUEST]),
    ...{ folder, keptDisk },
  };
  const power = new PowerCuts(parts);
  for (let cut = 1; cut <= cuts; cut += 1) {
    const plan = draw();
    await power.live(plan);
    say(
      `${cut} of ${cuts}: power cut ${plan.delayMs} ms after ${plan.moment}; ${power.wrong.length} books wrong so far`,
    );
  }
  await power.live();
  const { wrong, states, last } = power;
  const settled = last?.messages.committed === last?.messages.acknowledged && last?.cards.inTransport === 0;
  say(
    JSON.stringify({ cuts, seed, states, cards: last?.cards, messages: last?.messages, carrier: last?.carrier, wrong }),
  );
  if (wrong.length > 0 || !settled) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
  await release();
}
