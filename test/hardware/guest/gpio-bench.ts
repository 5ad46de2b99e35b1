import { rm, symlink } from 'node:fs/promises';
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
  readonly open: (chip: { readonly path: string; readonly label: string }, safeOff?: SafeOffFile) => GpioChip;
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

/** A driver on a chip of `gpio-sim`, which goes by a link as a udev rule makes it: the kernel counts on when it comes back. */
export function simBench(driver: DriverUnderTest): () => Promise<GpioBench> {
  return async () => {
    const { sim, label } = newSim();
    const path = `/dev/${label}`;
    await symlink(sim.path, path);
    return {
      wiredDirections: false,
      debounceUs: DEBOUNCE_US,
      open: () => driver.open({ path, label }),
      wire: (line) => sim.wire(line),
      onWire: sim.onWire,
      drive: (line, level) => sim.drive(line, level),
      async unplug() {
        sim.unplug();
        await rm(path);
      },
      async plugIn() {
        sim.plugIn();
        await symlink(sim.path, path);
      },
      async close() {
        sim.remove();
        await rm(path, { force: true });
      },
    };
  };
}
