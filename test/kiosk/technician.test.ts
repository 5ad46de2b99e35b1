import { randomUUID } from 'node:crypto';
import { test, type Test } from 'tap';
import type { TechnicianCommand } from '../../src/contracts/control.js';
import { readEvent } from '../../src/fleet/messages.js';
import { openJournal, type Journal } from '../../src/journal/journal.js';
import { readJournal } from '../../src/journal/read-journal.js';
import { carryOut } from '../../src/kiosk/technician.js';
import { systemClock } from '../../src/lib/clock.js';
import { batchIccids } from '../../src/lib/iccid.js';
import { initial } from '../../src/transaction/transaction.js';

const [A = '', B = '', C = ''] = batchIccids(3);
const text = [A, B, C].join('\n');

interface Bench {
  readonly journal: Journal;
  readonly dir: string;
  ask(command: TechnicianCommand): Promise<Readonly<Record<string, unknown>>>;
  /** Types and data of all messages so far. */
  said(): Promise<unknown[]>;
}

async function open(t: Test, devices = () => Promise.reject(new Error('no device is needed'))): Promise<Bench> {
  const dir = t.testdir();
  const journal = await openJournal(dir, 'kiosk-1');
  t.teardown(() => journal.close());
  const shop = {
    journal,
    clock: systemClock,
    devices,
    exclusively: <T>(work: () => Promise<T>) => work(),
    inTurn: <T>(work: () => Promise<T>) => work(),
    condition: () => undefined,
    changed: () => undefined,
  };
  return {
    journal,
    dir,
    ask: (command) => carryOut(shop, command, 'anna'),
    async said() {
      const rows = await journal.unacknowledged(100, 0);
      return rows.map(({ payload }) => readEvent(payload)).map((event) => ({ type: event?.type, data: event?.data }));
    },
  };
}

/** A card that was in the transport when its fate was lost, with or without a sale. */
async function loseCard({ journal }: Bench, id?: string, read?: string): Promise<void> {
  const event = { type: 'media.checked' };
  const next = { ...initial(0), ...(id && { id }) };
  await journal.append({ at: 0, event, next, card: 'transport', iccid: read, read, messages: () => [] });
  await journal.append({ at: 0, event, next, card: 'uncertain', messages: () => [] });
}

test('maintenance outlives a restart of the service', async (t) => {
  const dir = t.testdir();
  for (const known of [false, true]) {
    const journal = await openJournal(dir, 'kiosk-1');
    t.equal(journal.maintenance(), known);
    await journal.technician({ action: 'maintenance-on', by: 'anna' }, 0);
    await journal.close();
  }
});

test('what a technician does is said with the account that asked for it', async (t) => {
  const bench = await open(t);
  await bench.ask({ command: 'maintenance', on: true });
  await bench.ask({ command: 'stock-count', counted: 2 });
  await bench.ask({ command: 'maintenance', on: false });
  t.match(await bench.said(), [
    { type: 'technician.action', data: { action: 'maintenance-on', by: 'anna' } },
    { type: 'technician.action', data: { action: 'stock-count', by: 'anna', count: 2 } },
    { type: 'technician.action', data: { action: 'maintenance-off', by: 'anna' } },
  ]);
});

test('looking is no event', async (t) => {
  const bench = await open(t);
  t.match(await bench.ask({ command: 'status' }), { state: 'stopped', maintenance: false, uncertain: [] });
  t.match(await bench.ask({ command: 'stock-count' }), { loaded: 0 });
  t.same(await bench.said(), []);
});

test('cards are loaded once, unloaded in maintenance only, and may then be loaded again', async (t) => {
  const bench = await open(t);
  t.match(await bench.ask({ command: 'stock-load', text }), { added: 3, known: 0, inStack: 3 });
  t.match(await bench.ask({ command: 'stock-load', text }), { added: 0, known: 3, inStack: 3 });
  await t.rejects(bench.ask({ command: 'stock-unload' }), { code: 'control.not-now' });
  await bench.ask({ command: 'maintenance', on: true });
  t.match(await bench.ask({ command: 'stock-unload' }), { unloaded: 3, loaded: 0, inStack: 0 });
  t.match(await readJournal(bench.dir), { loaded: 0, cards: { loaded: 0 } });
  t.match(await bench.ask({ command: 'stock-load', text }), { added: 3, inStack: 3 });
  t.match(await readJournal(bench.dir), { loaded: 3, cards: { loaded: 3 } });
  await t.rejects(bench.ask({ command: 'stock-load', text: 'no card' }), { code: 'stock.batch-invalid' });
});

test('a count by hand says how far the ledger is off, and changes nothing', async (t) => {
  const bench = await open(t);
  await bench.ask({ command: 'stock-load', text });
  t.match(await bench.ask({ command: 'stock-count', counted: 1 }), { counted: 1, difference: -2, inStack: 3 });
});

test('a card whose fate was uncertain is settled once, with an event about its sale', async (t) => {
  const bench = await open(t);
  const sale = randomUUID();
  await bench.ask({ command: 'stock-load', text });
  await loseCard(bench, sale);
  t.match(await bench.ask({ command: 'status' }), { uncertain: [A], cards: { uncertain: 1 } });
  t.match(await bench.ask({ command: 'settle', iccid: A, fate: 'taken' }), { uncertain: [] });
  t.match(await bench.ask({ command: 'status' }), { cards: { uncertain: 0, taken: 1 } });
  const data = { iccid: A, fate: 'taken', by: 'anna', transaction: sale };
  t.match((await bench.said()).at(-1), { type: 'card.settled', data });
  await t.rejects(bench.ask({ command: 'settle', iccid: A, fate: 'retained' }), { code: 'control.unknown-card' });
  await t.rejects(bench.ask({ command: 'settle', iccid: B, fate: 'retained' }), { code: 'control.unknown-card' });
});

test('a card that belongs to no sale cannot have been taken', async (t) => {
  const bench = await open(t);
  await bench.ask({ command: 'stock-load', text });
  await loseCard(bench);
  await t.rejects(bench.ask({ command: 'settle', iccid: A, fate: 'taken' }), { code: 'control.unknown-card' });
  t.match(await bench.ask({ command: 'settle', iccid: A, fate: 'retained' }), { uncertain: [] });
});

test('a card that never left the stack lies where it was; one that was read has left it', async (t) => {
  const bench = await open(t);
  await bench.ask({ command: 'stock-load', text });
  await loseCard(bench, randomUUID());
  t.match(await bench.ask({ command: 'settle', iccid: A, fate: 'stack' }), { uncertain: [] });
  t.match(await bench.ask({ command: 'status' }), { cards: { uncertain: 0, inStack: 3, retained: 0 } });
  t.match((await bench.said()).at(-1), { type: 'card.settled', data: { iccid: A, fate: 'stack' } });
  await loseCard(bench, randomUUID(), A);
  await t.rejects(bench.ask({ command: 'settle', iccid: A, fate: 'stack' }), {
    code: 'control.unknown-card',
    message: /was read/,
  });
  t.match(await bench.ask({ command: 'settle', iccid: A, fate: 'retained' }), { uncertain: [] });
});

test('devices are tried in maintenance only', async (t) => {
  const bench = await open(t);
  await t.rejects(bench.ask({ command: 'test', device: 'lamps', picture: false }), { code: 'control.not-now' });
});
