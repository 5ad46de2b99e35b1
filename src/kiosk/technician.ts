import type { Clock } from '../contracts/clock.js';
import type { TechnicianCommand } from '../contracts/control.js';
import { KioskError } from '../errors.js';
import type { Journal } from '../journal/journal.js';
import { parseBatch } from './batch.js';
import type { CarrierDesk } from './carrier-desk.js';
import type { Devices } from './devices.js';
import { testDevice } from './device-tests.js';
import type { Kiosk } from './kiosk.js';
import { openAlarms } from './monitors/alarms.js';
import { forgiven } from './refused-cards.js';
import { resetDispenser } from './reset-dispenser.js';

/** What a technician works on: the running kiosk, or a stopped one's journal and devices. */
export interface Workshop {
  readonly journal: Journal;
  readonly clock: Clock;
  /** A stopped kiosk opens its devices only when they are needed. */
  readonly devices: () => Promise<Devices>;
  /** Runs while nothing else does. @throws `control.not-now` during a visit */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Runs between two steps of whatever else there is. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** What stands in the way of a sale, and the state; `undefined` while the service is stopped. */
  readonly condition: () => { readonly state: string; readonly faults: readonly string[] } | undefined;
  /** The books have changed: messages are waiting, and the kiosk may be able to sell, or not any more. */
  readonly changed: () => void;
}

/** The workshop of a kiosk that runs. */
export function workshopOf(
  kiosk: Kiosk,
  desk: CarrierDesk,
  { journal, clock, devices }: { readonly journal: Journal; readonly clock: Clock; readonly devices: Devices },
): Workshop {
  return {
    journal,
    clock,
    devices: () => Promise.resolve(devices),
    exclusively: (work) => kiosk.exclusively(work),
    inTurn: (work) => kiosk.inTurn(work),
    condition: () => ({ state: kiosk.state, faults: kiosk.faults }),
    changed() {
      desk.send([]);
      kiosk.review();
    },
  };
}

type Result = Readonly<Record<string, unknown>>;

/** Carries out what a technician asks for; everything but looking is an event in the journal. */
export async function carryOut(shop: Workshop, ask: TechnicianCommand, by: string): Promise<Result> {
  if (ask.command === 'status') return status(shop);
  try {
    return await work(shop, ask, by);
  } finally {
    shop.changed();
  }
}

type Work = Exclude<TechnicianCommand, { command: 'status' }>;

async function work(shop: Workshop, ask: Work, by: string): Promise<Result> {
  const { journal, clock } = shop;
  const note = (entry: Omit<Parameters<Journal['technician']>[0], 'by'>) =>
    journal.technician({ ...entry, by }, clock.now());
  switch (ask.command) {
    case 'maintenance':
      // A visit that begins at this moment has begun before it, or does not begin.
      await shop.inTurn(() => note({ action: ask.on ? 'maintenance-on' : 'maintenance-off' }));
      return status(shop);
    case 'stock-load': {
      const { id, iccids } = parseBatch(ask.text);
      const loaded = await journal.loadBatch(id, iccids, clock.now(), true);
      return { added: loaded, known: iccids.length - loaded, ...journal.cards() };
    }
    case 'stock-count': {
      const { inStack } = journal.cards();
      if (ask.counted === undefined) return { ...journal.cards() };
      await note({ action: 'stock-count', count: ask.counted });
      return { counted: ask.counted, difference: ask.counted - inStack, ...journal.cards() };
    }
    case 'stock-unload':
      inMaintenance(shop);
      return shop.exclusively(async () => {
        const { count } = await note({ action: 'stock-unload' });
        return { unloaded: count, ...journal.cards() };
      });
    case 'settle':
      await journal.settle(ask.iccid, ask.fate, by, clock.now());
      return { uncertain: journal.uncertain() };
    case 'reset':
      return shop.exclusively(async () => {
        const { dispenser } = await shop.devices();
        await note({ action: 'reset', kept: [forgiven] });
        await resetDispenser(dispenser, clock);
        return { ...(await dispenser.status()) };
      });
    case 'journal-renew':
      throw new KioskError('control.not-now', 'the journal is whole');
    case 'test':
      inMaintenance(shop);
      return shop.exclusively(async () => {
        await note({ action: 'test', subject: ask.device });
        return testDevice(await shop.devices(), ask.device, ask.picture, clock);
      });
  }
}

function status({ journal, condition }: Workshop): Result {
  const { state, faults } = condition() ?? { state: 'stopped', faults: [] };
  return {
    state,
    faults,
    maintenance: journal.maintenance(),
    cards: journal.cards(),
    uncertain: journal.uncertain(),
    orderKnown: journal.orderKnown(),
    messages: journal.messages(),
    alarms: openAlarms(journal),
  };
}

function inMaintenance({ journal }: Workshop): void {
  if (!journal.maintenance()) throw new KioskError('control.not-now', 'only in maintenance');
}
