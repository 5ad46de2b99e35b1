import { pino } from 'pino';
import type { Screen } from '../contracts/panel.js';
import { insistOnSteerable } from '../config/steerable.js';
import { codeOf, KioskError } from '../errors.js';
import { kioskTopics } from '../fleet/topics.js';
import { Journal } from '../journal/journal.js';
import { CarrierDesk } from '../kiosk/carrier-desk.js';
import { stepsOf, type CommandBench } from '../kiosk/command-work.js';
import { DocumentLocks } from '../kiosk/document-locks.js';
import { settingsAtStart } from '../kiosk/configuration.js';
import { Kiosk } from '../kiosk/kiosk.js';
import { serveOperators } from '../kiosk/operators.js';
import { workshopOf, type Workshop } from '../kiosk/technician.js';
import { serviceNames } from '../transaction/services.js';
import { defaultLimits } from '../transaction/step.js';
import { Life } from './clock.js';
import { VirtualDevices } from './devices.js';
import type { DiskHooks } from './disk.js';
import { VirtualDispenser } from './dispenser.js';
import { LOCK_RULES } from './lock-invariants.js';
import type { Mishaps } from './mishaps.js';
import { blindTrust, OPEN_MAILBOX } from './trust.js';
import type { World } from './world.js';

/** How long settings have to prove themselves. Milliseconds. */
const TRIAL_MS = 120_000;
const FAREWELL_MS = 500;

const TERM = { version: '1', text: '' };
const TERMS = { consent: TERM, noPassingOn: TERM };
const SILENT = pino({ level: 'silent' });

/** Enough of a hash to tell two courses apart: the whole of it would be most of the history. */
const short = (hash: string): string => hash.slice(0, 16);

/** One life of the service: the real kiosk over simulated devices, from its start to its death at some boundary. */
export class Program {
  readonly life: Life;
  readonly devices: VirtualDevices;
  readonly dispenser: VirtualDispenser;
  /** There once the journal was read. */
  workshop: Workshop | undefined;
  readonly #world: World;
  readonly #onDeath: () => void;

  constructor(world: World, mishaps: Mishaps, see: (screen: Screen) => void, onDeath: () => void) {
    const { machine, time, course } = world;
    this.#world = world;
    this.#onDeath = onDeath;
    this.life = new Life(time);
    this.dispenser = new VirtualDispenser(machine, time, this.life, {
      starts: (motor) => {
        world.invariants.onMotor(motor);
        world.note(`motor ${motor}`);
        this.#reach(`motor ${motor}`);
        return course.movement(motor);
      },
      stopped: (motor) => this.#reach(`stopped ${motor}`),
      coasts: () => course.plan.coasts,
      looks: () => world.invariants.senses.onSensors(),
      isGone: () => mishaps.isGone('dispenser'),
      isOff: () => mishaps.isUnitOff,
    });
    this.devices = new VirtualDevices(this.life, machine, this.dispenser, mishaps.surroundings, (screen) => {
      world.invariants.onShown(screen);
      world.steering.onShown(screen.state);
      see(screen);
    });
    this.#boot().catch((error: unknown) => this.fail(error));
  }

  async #boot(): Promise<void> {
    const { life, devices } = this;
    const { clock } = life;
    const { disk, network, course, invariants, operator, steering } = this.#world;
    const { kiosk: name } = disk.books;
    const { reply: replies, config: reports } = kioskTopics(name);
    const journal = await Journal.over(disk.mount(this.#diskHooks()), { monotonic: () => clock.monotonic() });
    const settings = await settingsAtStart(journal, clock, insistOnSteerable);
    if (!steering.onStart(settings)) this.#end('dies of its settings');
    if (!life.alive) return;
    devices.review();
    const link = network.join(life, ({ seq, topic, payload }) => {
      if (seq !== undefined) invariants.onPublished(seq, payload);
      else if (topic === replies) operator.onSaid(payload);
      else if (topic === reports) steering.onSaid(payload);
      this.#reach('publishes');
    });
    const desk = new CarrierDesk(link, journal, {
      kiosk: name,
      version: '0',
      trust: blindTrust,
      clock,
      log: SILENT,
      onFatal: (error) => this.fail(error),
      random: () => 0,
    });
    const session = await journal.nextSession(clock.now());
    invariants.onSession(session);
    await desk.hello(name, session);
    const draw = { newLock: () => course.newTransaction(), newSecret: () => Buffer.alloc(32) };
    const locks = await DocumentLocks.open(journal, { rules: LOCK_RULES, ...draw }, clock.now());
    const kiosk = new Kiosk(
      {
        devices,
        journal,
        desk,
        locks,
        clock,
        log: SILENT,
        captureMs: 15_000,
        farewellMs: (settings['farewellMs'] as number | undefined) ?? FAREWELL_MS,
        stepMs: 6_000,
        drawChallenge: () => [],
        rules: { accepted: ['foreign-permanent-resident'], minimumAge: 16 },
        // The seal is not what is simulated: the holder is in the clear here, in letters that JSON leaves alone, as a seal is.
        seal: (holder) => Promise.resolve(Object.values(holder as object).join(' ')),
        newMailbox: () => Promise.resolve(OPEN_MAILBOX),
      },
      {
        limits: defaultLimits,
        services: serviceNames,
        terms: TERMS,
        newTransaction: () => course.newTransaction(),
        onFatal: (error) => this.fail(error),
      },
    );
    this.workshop = workshopOf(kiosk, desk, { journal, clock, devices });
    invariants.onStart();
    kiosk.start();
    await this.#serveOperators(kiosk, desk, journal);
  }

  async #serveOperators(kiosk: Kiosk, desk: CarrierDesk, journal: Journal): Promise<void> {
    const { devices, life } = this;
    const { clock } = life;
    const { operator, steering } = this.#world;
    const bench: CommandBench = {
      ...{ journal, devices, clock },
      logLines: () => [],
      examine: () => Promise.resolve([]),
      unlockDocument: () => Promise.reject(new KioskError('document.not-locked')),
    };
    await serveOperators({
      ...{ journal, clock, kiosk, desk, log: SILENT },
      clockFault: () => undefined,
      stepsOf(command) {
        operator.onBegun(command.id);
        return stepsOf(bench, command);
      },
      check: insistOnSteerable,
      trialMs: TRIAL_MS,
      end: (why) => {
        if (why === 'restart') operator.onRestart();
        else steering.onAnew();
        // As a service that is stopped.
        devices.panel.show({ state: 'out-of-service' });
        this.#end('begins anew');
      },
      onFatal: (error) => this.fail(error),
    });
  }

  #diskHooks(): DiskHooks {
    const { life } = this;
    const { course, invariants, operator, steering, note } = this.#world;
    return {
      before: (commit) => {
        invariants.onCommit(commit);
        const fate = course.commitFate();
        if (fate !== 'written') operator.onSlowDisk();
        this.#reach('commit');
        return fate;
      },
      after: (commit) => {
        invariants.afterCommit(commit);
        const { entry, meta } = commit;
        if (entry?.type.startsWith('config.')) steering.onKept();
        note(
          entry ? `committed ${entry.type} ${entry.state} ${short(entry.hash)}` : `acknowledged ${meta.acknowledged}`,
        );
        this.#reach('committed');
      },
      tears: () => this.#die('torn write'),
      later: (work) => life.clock.after(course.plan.slowMs, work),
      // What goes wrong may do so without end, in one moment: nothing further is written then, so that it is told.
      isAlive: () => life.alive && !invariants.areViolated,
    };
  }

  /** A place at which a program may die. */
  #reach(where: string): void {
    if (this.#world.course.dies()) this.#die(where);
  }

  /** The disk may fail; for anything else the program itself is to blame. */
  fail(error: unknown): void {
    const code = codeOf(error);
    if (!code.startsWith('journal.')) this.#world.violate(`the program fails: ${String(error)}`);
    this.#die(code);
  }

  #die(where: string): void {
    if (!this.life.alive) return;
    const { disk, tally } = this.#world;
    const state = disk.books.transaction?.state ?? 'out-of-service';
    tally.crash(state);
    this.#end(`dies ${where} ${state}`);
  }

  #end(how: string): void {
    if (!this.life.alive) return;
    this.#world.note(how);
    this.life.end();
    this.#world.invariants.onDeath();
    this.#world.steering.onDeath();
    this.#onDeath();
  }
}
