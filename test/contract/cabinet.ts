import type { Test } from 'tap';
import type { Cabinet } from '../../src/contracts/cabinet.js';
import type { PanelInput } from '../../src/contracts/panel.js';
import { faultIs, holds } from '../support/device-state.js';

type Lamp = 'ready' | 'busy' | 'cameraLight';

/** A cabinet with everything, and the hands and eyes around it. */
export interface CabinetBench {
  readonly cabinet: Cabinet;
  /** The door is ajar for less than a moment. */
  rattle(): void;
  openDoor(): void;
  closeDoor(): void;
  /** Resolves when the finger could press again. */
  press(button: 'agree' | 'cancel'): Promise<void>;
  isLit(lamp: Lamp): boolean;
  readonly onLamp: (look: () => void) => () => void;
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
}

/** What every cabinet promises (`src/contracts/cabinet.ts`). */
export function cabinetContract(t: Test, name: string, openBench: (t: Test) => Promise<CabinetBench>): void {
  const test = (title: string, run: (t: Test, bench: CabinetBench) => Promise<void>): void => {
    void t.test(`${name}: ${title}`, async (t) => {
      const bench = await openBench(t);
      await faultIs(bench.cabinet, undefined);
      await run(t, bench);
    });
  };
  const doorIs = ({ cabinet }: CabinetBench, open: boolean): Promise<void> =>
    holds(
      (look) => cabinet.onDoor(look),
      () => cabinet.doorOpen() === open,
    );
  const lit = (bench: CabinetBench): Lamp[] =>
    (['ready', 'busy', 'cameraLight'] as const).filter((lamp) => bench.isLit(lamp));

  test('an opened and a closed door are each said once, however the switch bounces', async (t, bench) => {
    const { cabinet } = bench;
    const said: boolean[] = [];
    cabinet.onDoor((open) => said.push(open));
    t.equal(cabinet.doorOpen(), false);
    for (let time = 0; time < 2; time += 1) {
      bench.openDoor();
      await doorIs(bench, true);
      bench.closeDoor();
      await doorIs(bench, false);
    }
    t.same(said, [true, false, true, false]);
    t.equal(cabinet.fault(), undefined, 'an open door is no fault');
  });

  test('a door that rattles is not open', async (t, bench) => {
    const said: unknown[] = [];
    bench.cabinet.onDoor((open) => said.push(open));
    bench.cabinet.onInput((input) => said.push(input));
    bench.rattle();
    await bench.press('agree');
    t.same(said, [{ type: 'agree' }]);
  });

  test('a button counts once for every press, in the order of the presses', async (t, bench) => {
    const said: PanelInput[] = [];
    bench.cabinet.onInput((input) => said.push(input));
    await bench.press('agree');
    await bench.press('cancel');
    await bench.press('cancel');
    t.same(said, [{ type: 'agree' }, { type: 'cancel' }, { type: 'cancel' }]);
  });

  test('a listener that was removed hears nothing', async (t, bench) => {
    const said: unknown[] = [];
    const remove = bench.cabinet.onInput((input) => said.push(input));
    remove();
    await bench.press('agree');
    t.same(said, []);
  });

  test('lamps and light follow, each by itself; the latest call wins', async (t, bench) => {
    const { cabinet } = bench;
    await cabinet.light(true);
    t.same(lit(bench), ['cameraLight']);
    cabinet.show({ ready: false, busy: true });
    cabinet.show({ ready: true, busy: false });
    await cabinet.light(true);
    t.same(lit(bench), ['ready', 'cameraLight']);
    void cabinet.light(true);
    await cabinet.light(false);
    t.same(lit(bench), ['ready']);
  });

  test('what is lost with the wires is a fault, and comes back: lamps, light and door', async (t, bench) => {
    const { cabinet } = bench;
    cabinet.show({ ready: true, busy: false });
    await cabinet.light(true);
    await bench.unplug();
    await faultIs(cabinet, 'gpio.chip-missing');
    t.same(lit(bench), [], 'the chip lets go of its outputs');
    cabinet.show({ ready: false, busy: true });
    await cabinet.light(true);
    bench.openDoor();
    t.equal(cabinet.doorOpen(), false, 'nobody could tell');
    const opened = doorIs(bench, true);
    await bench.plugIn();
    await faultIs(cabinet, undefined);
    await opened;
    await holds(
      (look) => bench.onLamp(look),
      () => lit(bench).join() === 'busy,cameraLight',
    );
  });

  test('after closing everything is dark and nothing is heard', async (t, bench) => {
    const { cabinet } = bench;
    const said: unknown[] = [];
    cabinet.onInput((input) => said.push(input));
    cabinet.onDoor((open) => said.push(open));
    cabinet.show({ ready: true, busy: true });
    await cabinet.light(true);
    await cabinet.close();
    t.same(lit(bench), []);
    bench.openDoor();
    await bench.press('agree');
    t.same(said, []);
    await cabinet.close();
    await cabinet.light(true);
    t.same(lit(bench), []);
  });
}
