import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Test } from 'tap';
import type { SignalChanges } from '../../drivers/card-dispenser/signals.js';
import type { RealLines } from '../../drivers/emulator/emulator.js';
import type { Ending } from '../../drivers/emulator/customer/visit.js';
import { auditState, type AuditResult } from '../../src/cli/audit-state.js';
import { startWorld, type World } from '../../src/cli/world.js';
import type { Screen } from '../../src/contracts/panel.js';
import { Listeners } from '../../src/lib/listeners.js';
import { writeCast, type CastVisitor } from './cast.js';
import { Command } from './process.js';

type Changes = Readonly<Record<string, unknown>>;

export interface BenchOptions {
  /** The kiosk's state directory, which stays; left out: a new one, which does not. */
  readonly dir?: string;
  readonly visitors: readonly CastVisitor[];
  readonly cards?: number;
  /** Changes to the configuration that the emulator wrote. */
  readonly config?: Changes | ((dir: string) => Changes);
  /** In front of the command of `run`, e.g. `unshare -n`. */
  readonly runPrefix?: readonly string[];
  /** How the emulated dispenser is wired; the configuration says the same. */
  readonly dispenserSignals?: SignalChanges;
  readonly real?: RealLines;
  /** Most cards that a holder may have; left out: as many as they like. */
  readonly holderLimit?: number;
  /** A broker that is there already, in place of the embedded one. */
  readonly broker?: string;
}

/** So much of a service's log tells why a test failed, in characters. */
const LAST_WORDS = 6_000;

/** A whole virtual kiosk: the world in this process, `run` and `link` in their own. Everything ends with the test. */
export class Bench {
  readonly #changed = new Listeners();
  readonly #options: BenchOptions;
  readonly endings: (Ending | undefined)[] = [];
  readonly commands: Command[] = [];
  shown: Screen | undefined;
  world!: World;
  run!: Command;
  link!: Command;

  private constructor(
    /** The kiosk's state directory. */
    readonly dir: string,
    options: BenchOptions,
  ) {
    this.#options = options;
  }

  static async start(t: Test, options: BenchOptions): Promise<Bench> {
    const base = await mkdtemp(join(tmpdir(), 'simkiosk-test-'));
    const bench = new Bench(options.dir ?? join(base, 'state'), options);
    t.teardown(async () => {
      if (!t.passing()) t.comment(...bench.commands.map(({ stdout, stderr }) => (stdout + stderr).slice(-LAST_WORDS)));
      await Promise.all(bench.commands.map((command) => command.kill()));
      await (bench.world as World | undefined)?.close();
      await rm(base, { recursive: true, force: true });
    });
    const cast = await writeCast(join(base, 'cast.json'), options.visitors, options.cards);
    await bench.#startWorld(cast);
    bench.startRun();
    bench.startLink();
    return bench;
  }

  /** @param prefix in front of the command, in place of the bench's own */
  startRun(prefix = this.#options.runPrefix): Command {
    this.run = this.#command('run', prefix);
    return this.run;
  }

  startLink(): Command {
    this.link = this.#command('link');
    return this.link;
  }

  /** Resolves with the first screen that fits, the present one included. */
  screen(fits: (screen: Screen) => boolean): Promise<Screen> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.shown || !fits(this.shown)) return;
        remove();
        resolve(this.shown);
      };
      const remove = this.#changed.add(look);
      look();
    });
  }

  idle(): Promise<Screen> {
    return this.screen(({ state }) => state === 'idle');
  }

  /** Sends customers in and returns how their visits ended. */
  async serve(visits = 1): Promise<readonly (Ending | undefined)[]> {
    const before = this.endings.length;
    await this.world.emulator.serve(visits);
    return this.endings.slice(before);
  }

  /** The outcome of one visit, with the reason when there is one. */
  async visit(): Promise<string> {
    const [ending] = await this.serve();
    return [ending?.outcome, ending?.reason].filter(Boolean).join(' ');
  }

  audit(): Promise<AuditResult> {
    return auditState(this.dir);
  }

  /** Books that agree, with everything acknowledged, in the moment in which the kiosk said so. */
  async settled(): Promise<AuditResult> {
    for (;;) {
      const result = await this.audit();
      const { committed, acknowledged } = result.messages;
      if (!result.consistent || committed === acknowledged) return result;
    }
  }

  async #startWorld(cast: string): Promise<void> {
    const onEvent = (event: Parameters<NonNullable<Parameters<typeof startWorld>[0]['onEvent']>>[0]): void => {
      if (event.type === 'left') this.endings.push(event.ending);
      if (event.type !== 'screen') return;
      this.shown = event.screen;
      this.#changed.emit();
    };
    const { broker } = this.#options;
    const world = {
      dir: this.dir,
      cast,
      broker,
      pace: 'fast',
      visits: Infinity,
      onEvent,
      dispenserSignals: this.#options.dispenserSignals,
      real: this.#options.real,
      holderLimit: this.#options.holderLimit,
    } as const;
    this.world = await startWorld(world, pino({ level: 'silent' }));
    const { configFile } = this.world;
    const config = JSON.parse(await readFile(configFile, 'utf8')) as object;
    const { config: changes } = this.#options;
    const changed = typeof changes === 'function' ? changes(this.dir) : changes;
    await writeFile(configFile, JSON.stringify({ ...config, ...changed }));
  }

  #command(name: 'run' | 'link', prefix: readonly string[] = []): Command {
    const command = new Command([name, '--config', this.world.configFile], { prefix });
    this.commands.push(command);
    return command;
  }
}
