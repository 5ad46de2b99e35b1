import type { Test } from 'tap';
import type { Edge, GpioChip } from '../../src/contracts/gpio.js';
import { faultIs, holds } from '../support/device-state.js';

/** A chip with the lines `motor` (output), `sensor` and `other` (inputs), and the ends of its wires. */
export interface GpioBench {
  /** Whether a line can be requested only in the direction in which it is wired. */
  readonly wiredDirections: boolean;
  /** Longer than the bench takes for some changes of a line. Microseconds. */
  readonly debounceUs: number;
  /** Another program that opens the chip. */
  open(): GpioChip;
  /** Level on the wire of an output. */
  wire(line: string): boolean;
  readonly onWire: (listener: () => void) => () => void;
  drive(line: string, level: boolean): void;
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
  close(): Promise<void>;
}

function nextEdge(gpio: GpioChip): Promise<Edge> {
  return new Promise((resolve) => {
    const remove = gpio.onEdge((edge) => {
      remove();
      resolve(edge);
    });
  });
}

/** What every GPIO driver promises (`src/contracts/gpio.ts`). */
export function gpioContract(t: Test, name: string, openBench: () => Promise<GpioBench>): void {
  const test = (title: string, run: (t: Test, bench: GpioBench, gpio: GpioChip) => Promise<void>): void => {
    void t.test(`${name}: ${title}`, async (t) => {
      const bench = await openBench();
      const gpio = bench.open();
      t.teardown(async () => {
        await gpio.close();
        await bench.close();
      });
      await run(t, bench, gpio);
    });
  };

  test('an output starts inactive and follows what it is set to', async (t, bench, gpio) => {
    await gpio.requestOutputs([{ line: 'motor' }]);
    t.equal(bench.wire('motor'), false);
    await gpio.set('motor', true);
    t.equal(bench.wire('motor'), true);
    t.equal(await gpio.get('motor'), true);
    await gpio.set('motor', false);
    t.equal(bench.wire('motor'), false);
  });

  test('an active-low output is high while it is inactive', async (t, bench, gpio) => {
    await gpio.requestOutputs([{ line: 'motor', activeLow: true }]);
    t.equal(bench.wire('motor'), true);
    await gpio.set('motor', true);
    t.equal(bench.wire('motor'), false);
    t.equal(await gpio.get('motor'), true);
  });

  test('an input reports its level and every edge, in order', async (t, bench, gpio) => {
    bench.drive('sensor', true);
    await gpio.requestInputs([{ line: 'sensor' }, { line: 'other', activeLow: true }]);
    t.equal(await gpio.get('sensor'), true);
    t.equal(await gpio.get('other'), true, 'active-low');
    const edges: Edge[] = [];
    gpio.onEdge((edge) => edges.push(edge));
    // One after the other: of pulses that are shorter than an interrupt takes, no kernel tells.
    const driven = [
      ['sensor', false],
      ['sensor', true],
      ['sensor', false],
      ['other', true],
    ] as const;
    for (const [line, level] of driven) {
      const edge = nextEdge(gpio);
      bench.drive(line, level);
      await edge;
    }
    t.equal(await gpio.get('sensor'), false);
    t.equal(await gpio.get('other'), false);
    t.match(edges, [
      { line: 'sensor', level: false },
      { line: 'sensor', level: true },
      { line: 'sensor', level: false },
      { line: 'other', level: false },
    ]);
    const times = edges.map(({ timestampNs }) => timestampNs);
    t.ok(times.every((time, i) => i === 0 || time >= (times[i - 1] ?? time)));
  });

  test('a debounced input does not report bounce, and reports the level it settles at once', async (t, bench, gpio) => {
    const { debounceUs } = bench;
    await gpio.requestInputs([
      { line: 'sensor', debounceUs },
      { line: 'other', debounceUs: 3 * debounceUs },
    ]);
    const edges: Edge[] = [];
    gpio.onEdge((edge) => edges.push(edge));
    for (const level of [true, false, true, false]) bench.drive('other', level);
    for (const level of [true, false, true]) bench.drive('sensor', level);
    t.equal(await gpio.get('sensor'), false, 'not yet');
    await nextEdge(gpio);
    t.equal(await gpio.get('sensor'), true);
    bench.drive('other', true);
    await nextEdge(gpio);
    t.match(edges, [
      { line: 'sensor', level: true },
      { line: 'other', level: true },
    ]);
    t.equal(edges.length, 2);
  });

  test('a line that the chip does not have is refused, and the others with it', async (t, bench, gpio) => {
    const both = [{ line: 'motor' }, { line: 'moter' }];
    await t.rejects(gpio.requestOutputs(both), { code: 'gpio.line-unknown', detail: /moter/ });
    await t.rejects(gpio.set('motor', true), { code: 'gpio.line-unknown' }, 'a line that was not requested');
    t.equal(bench.wire('motor'), false);
    await gpio.requestOutputs([{ line: 'motor' }]);
    t.equal(gpio.fault(), undefined);
  });

  test('a line is refused in the direction that it does not have', async (t, bench, gpio) => {
    if (bench.wiredDirections) {
      await t.rejects(gpio.requestInputs([{ line: 'motor' }]), { code: 'gpio.line-direction', detail: /motor/ });
      await t.rejects(gpio.requestOutputs([{ line: 'sensor' }]), { code: 'gpio.line-direction' });
    }
    await gpio.requestInputs([{ line: 'sensor' }]);
    await t.rejects(gpio.set('sensor', true), { code: 'gpio.line-direction' });
  });

  test('a line that another program holds is busy until that program is gone', async (t, bench, gpio) => {
    await gpio.requestOutputs([{ line: 'motor' }]);
    const second = bench.open();
    t.teardown(() => second.close());
    await t.rejects(second.requestOutputs([{ line: 'motor' }]), { code: 'gpio.line-busy', detail: /motor/ });
    await gpio.set('motor', true);
    await gpio.close();
    await holds(bench.onWire, () => !bench.wire('motor'));
    await second.requestOutputs([{ line: 'motor' }]);
    await second.set('motor', true);
    t.equal(bench.wire('motor'), true);
  });

  test('a line is requested once', async (t, _bench, gpio) => {
    await gpio.requestOutputs([{ line: 'motor' }]);
    await t.rejects(gpio.requestOutputs([{ line: 'motor' }]), { code: 'gpio.line-busy', detail: /motor/ });
    await t.rejects(gpio.requestInputs([{ line: 'sensor' }, { line: 'sensor' }]), { code: 'gpio.line-busy' });
    await gpio.requestInputs([{ line: 'sensor' }]);
    await gpio.set('motor', true);
    t.equal(await gpio.get('motor'), true);
  });

  test('outputs go back to their safe level when the program closes the chip', async (t, bench, gpio) => {
    await gpio.requestOutputs([{ line: 'motor' }]);
    await gpio.set('motor', true);
    await gpio.close();
    await gpio.close();
    await holds(bench.onWire, () => !bench.wire('motor'));
    await t.rejects(gpio.set('motor', true), { code: 'gpio.chip-missing' });
    await t.rejects(gpio.requestInputs([{ line: 'sensor' }]), { code: 'gpio.chip-missing' });
  });

  test('closing rejects what was asked of a chip that is not there', async (t, bench) => {
    await bench.unplug();
    const gpio = bench.open();
    const asked = gpio.requestOutputs([{ line: 'motor' }]);
    const refused = t.rejects(asked, { code: 'gpio.chip-missing' });
    await gpio.close();
    await refused;
  });

  test('lines asked for before the chip is there are held once it is', async (t, bench) => {
    await bench.unplug();
    const gpio = bench.open();
    t.teardown(() => gpio.close());
    t.equal(gpio.fault(), 'gpio.chip-missing');
    const asked = gpio.requestOutputs([{ line: 'motor' }]);
    await t.rejects(gpio.set('motor', true), { code: 'gpio.chip-missing' });
    await bench.plugIn();
    await asked;
    await faultIs(gpio, undefined);
    await gpio.set('motor', true);
    t.equal(bench.wire('motor'), true);
  });

  test('a chip that was lost comes back with the same lines, outputs inactive', async (t, bench, gpio) => {
    await gpio.requestOutputs([{ line: 'motor' }]);
    await gpio.requestInputs([{ line: 'sensor' }]);
    await faultIs(gpio, undefined);
    await gpio.set('motor', true);
    await bench.unplug();
    t.equal(bench.wire('motor'), false);
    await faultIs(gpio, 'gpio.chip-missing');
    await t.rejects(gpio.get('sensor'), { code: 'gpio.chip-missing' });
    bench.drive('sensor', true);
    await bench.plugIn();
    await faultIs(gpio, undefined);
    t.equal(bench.wire('motor'), false);
    t.equal(await gpio.get('sensor'), true);
    const edge = nextEdge(gpio);
    bench.drive('sensor', false);
    t.match(await edge, { line: 'sensor', level: false });
    await gpio.set('motor', true);
    t.equal(bench.wire('motor'), true);
  });
}
