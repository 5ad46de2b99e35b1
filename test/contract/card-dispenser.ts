import type { Test } from 'tap';
import type { CardDispenser } from '../../src/contracts/card-dispenser.js';
import { faultIs } from '../support/device-state.js';

/** A dispenser and the hands around it. */
export interface CardDispenserBench {
  readonly dispenser: CardDispenser;
  /** Whether any motor runs. */
  isMoving(): boolean;
  /** Resolves when the next motor starts. */
  started(): Promise<unknown>;
  readonly takeCard: () => void;
  refill(): void;
  emptyBin(): void;
  /** The next `times` attempts to move a card fail; `Infinity`: until `jam(0)`. */
  jam(times: number): void;
  /** A hand takes cards out of transport and exit, and the jam ends. */
  clearByHand(): void;
  /** Switches the supply of the motors. */
  power(on: boolean): void;
  /** The dispenser has a controller that reports errors and readiness of its own, and is reset after an error. */
  readonly needsReset: boolean;
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
}

export interface Stock {
  readonly cards: number;
  readonly binCapacity: number;
}

const NEVER = new AbortController().signal;

/** The customer takes the card that is waited for: after two more looks at the sensors the first of `taken` is over. */
export async function customerTakes({
  dispenser,
  takeCard,
}: Pick<CardDispenserBench, 'dispenser' | 'takeCard'>): Promise<void> {
  const taken = dispenser.taken(NEVER);
  await dispenser.status();
  await dispenser.status();
  takeCard();
  await taken;
}

/** What every card dispenser promises (`src/contracts/card-dispenser.ts`). */
export function cardDispenserContract(
  t: Test,
  name: string,
  openBench: (t: Test, stock: Stock) => Promise<CardDispenserBench>,
): void {
  const test = (
    title: string,
    run: (t: Test, bench: CardDispenserBench) => Promise<void>,
    stock: Stock = PLENTY,
  ): void => {
    void t.test(`${name}: ${title}`, async (t) => run(t, await openBench(t, stock)));
  };

  test('a card goes from the stack by the transport to the exit and into a hand', async (t, bench) => {
    const { dispenser } = bench;
    t.same(await dispenser.status(), { media: 'none', unit: 'ok', retainBin: 'ok' });
    await dispenser.stage(NEVER);
    t.equal((await dispenser.status()).media, 'transport');
    t.notOk(bench.isMoving(), 'motors off');
    await dispenser.present(NEVER);
    t.equal((await dispenser.status()).media, 'exit');
    t.notOk(bench.isMoving(), 'motors off');
    await customerTakes(bench);
    t.equal((await dispenser.status()).media, 'none');
    t.equal(dispenser.fault(), undefined);
  });

  test('a card is retained from the transport and from the exit', async (t, bench) => {
    const { dispenser } = bench;
    await dispenser.stage(NEVER);
    await dispenser.retain(NEVER);
    t.equal((await dispenser.status()).media, 'none');
    await dispenser.stage(NEVER);
    await dispenser.present(NEVER);
    await dispenser.retain(NEVER);
    t.equal((await dispenser.status()).media, 'none');
    t.notOk(bench.isMoving(), 'motors off');
  });

  test('a movement without a card is refused and moves nothing', async (t, bench) => {
    const { dispenser } = bench;
    const quiet = Promise.race([bench.started(), Promise.resolve('quiet')]);
    await t.rejects(dispenser.present(NEVER), { code: 'dispenser.no-media' });
    await t.rejects(dispenser.taken(NEVER), { code: 'dispenser.no-media' });
    await t.rejects(dispenser.retain(NEVER), { code: 'dispenser.no-media' });
    t.equal(await quiet, 'quiet');
    await dispenser.stage(NEVER);
    await t.rejects(dispenser.taken(NEVER), { code: 'dispenser.no-media' });
  });

  test('a second card is not staged while one is in the transport or at the exit', async (t, { dispenser }) => {
    await dispenser.stage(NEVER);
    await t.rejects(dispenser.stage(NEVER), { code: 'dispenser.occupied' });
    await dispenser.present(NEVER);
    await t.rejects(dispenser.stage(NEVER), { code: 'dispenser.occupied' });
  });

  test('a second call during a movement is refused and does not disturb it', async (t, { dispenser }) => {
    const staged = dispenser.stage(NEVER);
    for (const call of ['stage', 'present', 'taken', 'retain', 'reset'] as const)
      await t.rejects(dispenser[call](NEVER), { code: 'dispenser.occupied' }, call);
    await staged;
    t.equal((await dispenser.status()).media, 'transport');
  });

  test('a movement that is aborted ends with its motors off and with the reason given', async (t, bench) => {
    const { dispenser } = bench;
    const abort = new AbortController();
    const started = bench.started();
    const staged = dispenser.stage(abort.signal);
    await started;
    t.ok(bench.isMoving());
    const reason = new Error('customer left');
    abort.abort(reason);
    t.equal(await staged.catch((error: unknown) => error), reason);
    t.notOk(bench.isMoving(), 'motors off');
    t.equal(await dispenser.present(abort.signal).catch((error: unknown) => error), reason, 'aborted before it began');
    t.equal((await dispenser.status()).media, 'none');
    t.equal(dispenser.fault(), undefined);
    await dispenser.stage(NEVER);
  });

  test('waiting for the customer can be given up, and the card retained', async (t, { dispenser }) => {
    await dispenser.stage(NEVER);
    await dispenser.present(NEVER);
    const abort = new AbortController();
    const taken = dispenser.taken(abort.signal);
    const reason = new Error('not taken');
    abort.abort(reason);
    t.equal(await taken.catch((error: unknown) => error), reason);
    await dispenser.retain(NEVER);
    t.equal((await dispenser.status()).media, 'none');
  });

  test('a jam that loosens within the retries is not noticed', async (t, bench) => {
    const { dispenser } = bench;
    for (const movement of ['stage', 'present', 'retain'] as const) {
      bench.jam(2);
      await dispenser[movement](NEVER);
      t.equal(dispenser.fault(), undefined, movement);
    }
  });

  test('a jam in the stack stays a fault until it is removed and the dispenser reset', async (t, bench) => {
    const { dispenser } = bench;
    bench.jam(Infinity);
    await t.rejects(dispenser.stage(NEVER), { code: 'dispenser.media-jam' });
    t.notOk(bench.isMoving(), 'motors off');
    t.equal(dispenser.fault(), 'dispenser.media-jam');
    bench.jam(0);
    await t.rejects(dispenser.stage(NEVER), { code: 'dispenser.media-jam' }, 'not before it is reset');
    await dispenser.reset(NEVER);
    t.equal(dispenser.fault(), undefined);
    await dispenser.stage(NEVER);
  });

  test('a jam in the transport is over once the card is retained, or was taken out by hand', async (t, bench) => {
    const { dispenser } = bench;
    await dispenser.stage(NEVER);
    bench.jam(Infinity);
    await t.rejects(dispenser.present(NEVER), { code: 'dispenser.media-jam' });
    await t.rejects(dispenser.retain(NEVER), { code: 'dispenser.media-jam' });
    t.equal((await dispenser.status()).media, 'transport');
    bench.jam(0);
    await t.rejects(dispenser.present(NEVER), { code: 'dispenser.media-jam' });
    await dispenser.retain(NEVER);
    t.equal(dispenser.fault(), undefined);
    await dispenser.stage(NEVER);
    bench.jam(Infinity);
    await t.rejects(dispenser.present(NEVER), { code: 'dispenser.media-jam' });
    bench.clearByHand();
    while ((await dispenser.status()).media !== 'none');
    if (!bench.needsReset) t.equal(dispenser.fault(), undefined);
    await dispenser.reset(NEVER);
    t.equal(dispenser.fault(), undefined);
    t.equal((await dispenser.status()).media, 'none');
    await dispenser.stage(NEVER);
  });

  test('a reset leaves a card where it is seen, to be retained; a jam that lasts is found again', async (t, bench) => {
    const { dispenser } = bench;
    await dispenser.stage(NEVER);
    bench.jam(Infinity);
    await t.rejects(dispenser.present(NEVER), { code: 'dispenser.media-jam' });
    await dispenser.reset(NEVER);
    t.equal(dispenser.fault(), undefined);
    t.equal((await dispenser.status()).media, 'transport');
    await t.rejects(dispenser.retain(NEVER), { code: 'dispenser.media-jam' });
    t.equal(dispenser.fault(), 'dispenser.media-jam');
    bench.jam(0);
    await dispenser.reset(NEVER);
    t.equal((await dispenser.status()).media, 'transport');
    t.notOk(bench.isMoving(), 'motors off');
    await dispenser.retain(NEVER);
    t.equal(dispenser.fault(), undefined);
    t.equal((await dispenser.status()).media, 'none');
  });

  test('a dispenser without its supply moves nothing, and is back with it', async (t, bench) => {
    const { dispenser } = bench;
    bench.power(false);
    const fault = bench.needsReset ? 'dispenser.not-ready' : 'dispenser.media-jam';
    await t.rejects(dispenser.stage(NEVER), { code: fault });
    t.equal(dispenser.fault(), fault);
    bench.power(true);
    await dispenser.reset(NEVER);
    t.equal(dispenser.fault(), undefined);
    await dispenser.stage(NEVER);
  });

  test(
    'a low stack is no fault, an empty one is, until it is refilled',
    async (t, bench) => {
      const { dispenser } = bench;
      t.equal((await dispenser.status()).unit, 'low');
      t.equal(dispenser.fault(), undefined);
      await dispenser.stage(NEVER);
      await faultIs(dispenser, 'dispenser.card-unit-empty');
      await dispenser.present(NEVER);
      await customerTakes(bench);
      t.equal((await dispenser.status()).unit, 'empty');
      await t.rejects(dispenser.stage(NEVER), { code: 'dispenser.card-unit-empty' });
      bench.refill();
      await faultIs(dispenser, undefined);
      while ((await dispenser.status()).unit !== 'ok');
      await dispenser.stage(NEVER);
    },
    { cards: 1, binCapacity: 20 },
  );

  test(
    'a full retain bin is a fault and takes no more cards until it is emptied',
    async (t, bench) => {
      const { dispenser } = bench;
      await dispenser.stage(NEVER);
      await dispenser.retain(NEVER);
      await faultIs(dispenser, 'dispenser.retain-bin-full');
      t.equal((await dispenser.status()).retainBin, 'full');
      await dispenser.stage(NEVER);
      await t.rejects(dispenser.retain(NEVER), { code: 'dispenser.retain-bin-full' });
      t.equal((await dispenser.status()).media, 'transport');
      bench.emptyBin();
      await faultIs(dispenser, undefined);
      await dispenser.retain(NEVER);
    },
    { cards: 20, binCapacity: 1 },
  );

  test('a dispenser whose wires are lost says so, stops, and comes back by itself', async (t, bench) => {
    const { dispenser } = bench;
    const started = bench.started();
    const staged = dispenser.stage(NEVER);
    const refused = t.rejects(staged, { code: 'gpio.chip-missing' });
    await started;
    await bench.unplug();
    await refused;
    t.notOk(bench.isMoving(), 'motors off');
    t.equal(dispenser.fault(), 'gpio.chip-missing');
    await t.rejects(dispenser.status(), { code: 'gpio.chip-missing' });
    await t.rejects(dispenser.stage(NEVER), { code: 'gpio.chip-missing' });
    await bench.plugIn();
    await faultIs(dispenser, undefined);
    await dispenser.stage(NEVER);
    await dispenser.present(NEVER);
  });

  test('a customer is not believed to have taken a card when the wires are lost', async (t, bench) => {
    const { dispenser } = bench;
    await dispenser.stage(NEVER);
    await dispenser.present(NEVER);
    const taken = dispenser.taken(NEVER);
    const refused = t.rejects(taken, { code: 'gpio.chip-missing' });
    await bench.unplug();
    await refused;
    await bench.plugIn();
    await faultIs(dispenser, undefined);
    t.equal((await dispenser.status()).media, 'exit');
  });

  test('closing stops a movement, and nothing can be asked afterwards', async (t, bench) => {
    const { dispenser } = bench;
    const started = bench.started();
    const refused = t.rejects(dispenser.stage(NEVER), { code: 'gpio.chip-missing' });
    await started;
    await dispenser.close();
    t.notOk(bench.isMoving(), 'motors off');
    await refused;
    await dispenser.close();
    await t.rejects(dispenser.stage(NEVER), { code: 'gpio.chip-missing' });
    await t.rejects(dispenser.status(), { code: 'gpio.chip-missing' });
  });
}

const PLENTY: Stock = { cards: 20, binCapacity: 20 };
