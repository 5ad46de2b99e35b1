import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditResult } from '../../src/cli/audit-state.js';
import { rootDir } from '../../src/lib/paths.js';
import type { Bench } from '../support/bench.js';
import { holder, resident, type CastVisitor } from '../support/cast.js';
import type { Command } from '../support/process.js';

/** More than there are boundaries. */
const AGAIN = 2_000;

/**
 * Visits whose boundaries are gone through: sold; left behind and retained; refused by the machine; a new card for a
 * number, for which there is a sale first.
 */
export const casts = {
  sold: [holder(1)],
  retained: [holder(4, { behaviour: 'leaves-card' })],
  refused: [{ document: resident(6, { validTo: '20210101' }), faces: [] }],
  replaced: [holder(1), ...new Array<CastVisitor>(AGAIN).fill(holder(1, { service: 'replace-sim' }))],
} satisfies Readonly<Record<string, readonly CastVisitor[]>>;

const SOURCE = join(rootDir, 'test/crash/boundary.c');

export interface Killings {
  readonly killed: number;
  /** How often the service was killed, by what it was about to do or had just done. */
  readonly kills: Readonly<Record<string, number>>;
  /** The state that was committed when it was killed. */
  readonly states: Readonly<Record<string, number>>;
  /** Audits, one after each kill, that found something. */
  readonly wrong: readonly AuditResult[];
  readonly last: AuditResult;
}

/**
 * Kills `run` at the n-th boundary of a visit, then the one after it at the n-th boundary of its start, in the middle of
 * recovering, for every n that there is. After each death both ledgers are compared.
 */
export class BoundaryKiller {
  readonly #bench: Bench;
  readonly #library: string;
  readonly #log: string;
  readonly #armed: string;
  readonly #wrong: AuditResult[] = [];
  readonly #states: Record<string, number> = {};

  /** @param folder for what it builds and writes */
  constructor(bench: Bench, folder: string) {
    this.#bench = bench;
    this.#library = join(folder, 'boundary.so');
    this.#log = join(folder, 'kills');
    this.#armed = join(folder, 'armed');
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', this.#library, SOURCE, '-ldl']);
  }

  /**
   * @param stride 1: at every boundary; more: at every so many, of a visit and of a start
   * @param first the boundary to begin with
   * @param most ends after so many kills, or when all boundaries were gone through
   */
  async kill(stride: number, { first = 1, most = Infinity } = {}): Promise<Killings> {
    const bench = this.#bench;
    await bench.run.kill('SIGKILL');
    let killed = 0;
    let starting = true;
    for (let at = first; killed < most && (await this.#inVisit(at)); at += stride) {
      killed += 1;
      if (killed >= most) break;
      // Recovering from just this, as far as a start has boundaries.
      starting &&= await this.#inStart(at);
      if (starting) killed += 1;
    }
    bench.startRun();
    await bench.idle();
    const last = await bench.settled();
    return { killed, kills: await this.#tally(), states: this.#states, wrong: this.#wrong, last };
  }

  /** @returns whether the service died of it: a visit may have fewer boundaries */
  async #inVisit(at: number): Promise<boolean> {
    const bench = this.#bench;
    await rm(this.#armed, { force: true });
    const run = this.#start(at, [`KILL_WHEN=${this.#armed}`]);
    await this.#free(run);
    await writeFile(this.#armed, '');
    // A customer who was not served yet waits, and is the first of the next ones.
    const visit = bench.serve(1).then(() => bench.idle());
    const isDead = await Promise.race([run.exited.then(() => true), visit.then(() => false)]);
    if (isDead) await this.#check(run);
    else await run.kill('SIGKILL');
    return isDead;
  }

  /** @returns whether the service died of it: it may be free sooner */
  async #inStart(at: number): Promise<boolean> {
    const run = this.#start(at, []);
    await Promise.race([run.exited, this.#free(run)]);
    if (run.running) {
      await run.kill('SIGKILL');
      return false;
    }
    await this.#check(run);
    return true;
  }

  #start(at: number, more: readonly string[]): Command {
    const killer = [`LD_PRELOAD=${this.#library}`, `KILL_AT=${at}`, `KILL_LOG=${this.#log}`];
    return this.#bench.startRun(['env', ...killer, ...more]);
  }

  /** Free after the restart, not by what the last run has left on the screen. */
  async #free(run: Command): Promise<void> {
    await run.says('"msg":"started"');
    await Promise.race([run.exited, run.says('"to":"idle"').then(() => this.#bench.idle())]);
  }

  async #check(run: Command): Promise<void> {
    const end = await run.exited;
    if (end !== 'SIGKILL') throw new Error(`run ended with ${end}: ${run.stderr} ${run.stdout.slice(-1_000)}`);
    const result = await this.#bench.audit();
    if (!result.consistent) this.#wrong.push(result);
    const { state } = result.transaction;
    this.#states[state] = (this.#states[state] ?? 0) + 1;
  }

  async #tally(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const line of (await readFile(this.#log, 'utf8')).trim().split('\n')) {
      const what = line.replace(/^\d+ /, '');
      counts[what] = (counts[what] ?? 0) + 1;
    }
    return counts;
  }
}
