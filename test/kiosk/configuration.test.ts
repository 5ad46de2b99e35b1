import { pino } from 'pino';
import { test } from 'tap';
import { KioskError, type ErrorCode } from '../../src/errors.js';
import { hashOf, type ConfigReport, type Settings } from '../../src/fleet/configuration.js';
import { settingsAtStart, SteeredConfiguration } from '../../src/kiosk/configuration.js';
import { Listeners } from '../../src/lib/listeners.js';
import { withResolvers } from '../../src/lib/with-resolvers.js';
import { VirtualDisk } from '../../src/simulation/disk.js';
import { HandClock } from '../support/hand-clock.js';
import { memoryJournal } from '../support/memory-journal.js';

const TRIAL_MS = 300_000;
/** With these the networks are never ready. */
const BROKEN = { 'face.startMs': 1 };
const check = (settings: Settings): void => {
  if (Object.hasOwn(settings, 'nonsense')) throw new KioskError('config.not-steerable', 'nonsense');
};

/** One life of a kiosk after the other, as its settings demand. */
class Lives {
  readonly #disk = new VirtualDisk('kiosk-1', '11111111-1111-4111-8111-111111111111');
  readonly #reviewed = new Listeners();
  readonly #reported = new Listeners<[ConfigReport]>();
  readonly clock = new HandClock();
  /** Of the life now. */
  settings: Settings = {};
  inVisit = false;
  #configuration: SteeredConfiguration | undefined;
  #begun = (): void => undefined;

  async begin(): Promise<void> {
    const { clock } = this;
    this.#configuration?.close();
    this.#reviewed.clear();
    const journal = await memoryJournal(this.#disk);
    this.settings = await settingsAtStart(journal, clock, check);
    const faults: readonly ErrorCode[] = Object.hasOwn(this.settings, 'face.startMs') ? ['face.engine-failed'] : [];
    const isInVisit = (): boolean => this.inVisit;
    this.#configuration = new SteeredConfiguration({
      ...{ journal, clock, check, trialMs: TRIAL_MS },
      log: pino({ enabled: false }),
      kiosk: {
        faults,
        get inVisit() {
          return isInVisit();
        },
        onReviewed: (listener) => this.#reviewed.add(listener),
        exclusively: (work) => work(),
      },
      beginAnew: () => void this.begin(),
      send: () => undefined,
      report: (report) => this.#reported.emit(report),
      onFatal(error) {
        throw error;
      },
    });
    this.#configuration.report();
    this.#begun();
    this.review();
  }

  /** Resolves when another life has begun. */
  nextLife(): Promise<undefined> {
    const { promise, resolve } = withResolvers<undefined>();
    this.#begun = () => resolve(undefined);
    return promise;
  }

  review(): void {
    this.#reviewed.emit();
  }

  want(version: number, settings: Settings): void {
    this.#configuration?.take({ version, hash: hashOf(settings), settings });
  }

  /** Resolves with the first report that says so. */
  async comesTo(version: number, status: ConfigReport['status']): Promise<ConfigReport> {
    const { promise, resolve } = withResolvers<ConfigReport>();
    const remove = this.#reported.add((report) => {
      if (report.version === version && report.status === status) resolve(report);
    });
    this.#configuration?.report();
    const report = await promise;
    remove();
    return report;
  }
}

test('newer settings that break the same during a trial are taken back too', async (t) => {
  const kiosk = new Lives();
  await kiosk.begin();
  kiosk.want(1, BROKEN);
  await kiosk.comesTo(1, 'trial');
  kiosk.want(2, { ...BROKEN, 'rules.minimumAge': 18 });
  t.match(await kiosk.comesTo(2, 'trial'), { inForce: { version: 0 } });
  const next = kiosk.nextLife();
  kiosk.clock.pass(TRIAL_MS);
  t.match(await kiosk.comesTo(2, 'rolled-back'), { inForce: { version: 0 } });
  await next;
  t.same(kiosk.settings, {});
});

test('so are those that wait for the end of a visit meanwhile, also when the service ends before', async (t) => {
  const kiosk = new Lives();
  await kiosk.begin();
  kiosk.want(1, BROKEN);
  await kiosk.comesTo(1, 'trial');
  kiosk.inVisit = true;
  kiosk.want(2, { ...BROKEN, 'rules.minimumAge': 18 });
  await kiosk.comesTo(2, 'pending');
  kiosk.inVisit = false;
  await kiosk.begin();
  t.match(await kiosk.comesTo(2, 'trial'), { inForce: { version: 0 } });
  kiosk.clock.pass(TRIAL_MS);
  t.match(await kiosk.comesTo(2, 'rolled-back'), { inForce: { version: 0 } });
});

test('newer settings that mend it prove themselves', async (t) => {
  const kiosk = new Lives();
  await kiosk.begin();
  kiosk.want(1, BROKEN);
  await kiosk.comesTo(1, 'trial');
  kiosk.want(2, { 'rules.minimumAge': 18 });
  t.match(await kiosk.comesTo(2, 'applied'), { inForce: { version: 2 } });
  t.same(kiosk.settings, { 'rules.minimumAge': 18 });
});

test('newer settings that are refused end the trial: those before are in force again', async (t) => {
  const kiosk = new Lives();
  await kiosk.begin();
  kiosk.want(1, BROKEN);
  await kiosk.comesTo(1, 'trial');
  kiosk.inVisit = true;
  kiosk.want(2, { nonsense: 1 });
  t.match(await kiosk.comesTo(2, 'refused'), { inForce: { version: 0 } });
  t.same(kiosk.settings, BROKEN);
  kiosk.inVisit = false;
  const next = kiosk.nextLife();
  kiosk.review();
  await next;
  t.same(kiosk.settings, {});
});

test('the settings in force, wanted again while others wait in a visit of a trial, come into force', async (t) => {
  const kiosk = new Lives();
  await kiosk.begin();
  kiosk.want(1, BROKEN);
  await kiosk.comesTo(1, 'trial');
  kiosk.inVisit = true;
  kiosk.want(2, { 'rules.minimumAge': 18 });
  kiosk.want(3, {});
  await kiosk.comesTo(3, 'pending');
  t.same(kiosk.settings, BROKEN);
  kiosk.inVisit = false;
  kiosk.review();
  t.match(await kiosk.comesTo(3, 'applied'), { inForce: { version: 3 } });
  t.same(kiosk.settings, {});
});
