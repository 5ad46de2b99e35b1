import { readFileSync } from 'node:fs';
import { ChardevGpio } from '../../../drivers/gpio/chardev/index.js';
import { OnoffGpio } from '../../../drivers/gpio/onoff/index.js';
import type { SafeOffFile } from '../../../drivers/gpio/safe-off-file.js';
import type { GpioChip } from '../../../src/contracts/gpio.js';
import type { GpioBench } from '../../contract/gpio.js';
import { GpioSim } from './gpio-sim.js';

/** Longer than the emulated processor takes for some writes to sysfs, even when it is not given its turn for a while. */
const DEBOUNCE_US = 200_000;

export const LINES = ['motor', 'sensor', 'other'] as const;
export const OFFSETS = { motor: 0, sensor: 1, other: 2 } as const;

let chips = 0;

/** A simulated chip with a label of its own. */
export function newSim(): { readonly sim: GpioSim; readonly label: string } {
  chips += 1;
  const label = `kiosk-${process.pid}-${chips}`;
  return { sim: new GpioSim(label, LINES, label), label };
}

interface DriverUnderTest {
  readonly name: 'chardev' | 'onoff';
  open(chip: { readonly path: string; readonly label: string }, safeOff?: SafeOffFile): GpioChip;
}

export const chardev: DriverUnderTest = {
  name: 'chardev',
  open: ({ path }, safeOff) => new ChardevGpio({ name: 'gpio', chip: path, lines: {}, ...(safeOff && { safeOff }) }),
};

export const onoff: DriverUnderTest = {
  name: 'onoff',
  open: ({ label }, safeOff) => new OnoffGpio({ name: 'gpio', label, lines: OFFSETS, ...(safeOff && { safeOff }) }),
};

export const drivers: readonly DriverUnderTest[] = [chardev, onoff];

/** A driver on a chip of `gpio-sim`. */
export function simBench(driver: DriverUnderTest): () => Promise<GpioBench> {
  return () => {
    const { sim, label } = newSim();
    const path = sim.path;
    return Promise.resolve({
      wiredDirections: false,
      debounceUs: DEBOUNCE_US,
      open: () => driver.open({ path, label }),
      wire: (line) => sim.wire(line),
      onWire: sim.onWire,
      drive: (line, level) => sim.drive(line, level),
      unplug: () => Promise.resolve(sim.unplug()),
      plugIn: () => Promise.resolve(sim.plugIn()),
      close: () => Promise.resolve(sim.remove()),
    });
  };
}

/** Base of a chip in sysfs. */
export function sysfsBase(path: string): number {
  const found = readFileSync(`/sys/class/gpio/${path}/base`, 'utf8');
  return Number(found);
}
