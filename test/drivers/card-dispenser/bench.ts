import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { LevelIoDispenser, type LevelIoOptions } from '../../../drivers/card-dispenser/level-io.js';
import { chipLinesOf } from '../../../drivers/emulator/card-dispenser/wirings.js';
import { EmulatedDispenser, type EmulatedDispenserOptions } from '../../../drivers/emulator/card-dispenser/world.js';
import { EmulatedGpioChip } from '../../../drivers/emulator/gpio-chip.js';
import { EmulatedGpio } from '../../../drivers/gpio/emulated/index.js';
import { batchIccids } from '../../../src/lib/iccid.js';
import { faultIs } from '../../support/device-state.js';

/** Travel of the emulated cards, milliseconds. */
export const TRAVEL_MS = 40;
export const MOTORS = ['dispenser-feed', 'dispenser-present', 'dispenser-retain'] as const;

/** A driver, its chip and the dispenser behind it. */
export interface DispenserBench {
  readonly dir: string;
  readonly chip: EmulatedGpioChip;
  readonly world: EmulatedDispenser;
  readonly gpio: EmulatedGpio;
  readonly dispenser: LevelIoDispenser;
  /** Motors that run now. */
  readonly running: () => string[];
  /** Resolves with the next motor that starts. */
  readonly started: () => Promise<string>;
}

export async function openDispenserBench(
  t: Test,
  world: Partial<Omit<EmulatedDispenserOptions, 'chip'>> = {},
  driver: Partial<LevelIoOptions> = {},
): Promise<DispenserBench> {
  const dir = await mkdtemp(join(tmpdir(), 'dispenser-'));
  const socket = join(dir, 'gpio.sock');
  const chip = new EmulatedGpioChip({ socket, lines: chipLinesOf(world.signals) });
  const emulated = new EmulatedDispenser({ chip, iccids: batchIccids(10), travelMs: TRAVEL_MS, ...world });
  await chip.plugIn();
  const gpio = new EmulatedGpio({ name: 'gpio', socket });
  const dispenser = new LevelIoDispenser(gpio, { debounceMs: 10, travelMs: 500, jamRetries: 5, ...driver });
  t.teardown(async () => {
    await dispenser.close();
    await gpio.close();
    emulated.close();
    await chip.close();
    await rm(dir, { recursive: true });
  });
  return {
    dir,
    chip,
    world: emulated,
    gpio,
    dispenser,
    running: () => MOTORS.filter((line) => chip.output(line)),
    started: () =>
      new Promise((resolve) => {
        const remove = chip.onOutput((line, level) => {
          if (!level) return;
          remove();
          resolve(line);
        });
      }),
  };
}

/** A bench whose dispenser has no fault (any more). */
export async function openReadyBench(...args: Parameters<typeof openDispenserBench>): Promise<DispenserBench> {
  const bench = await openDispenserBench(...args);
  await faultIs(bench.dispenser, undefined);
  return bench;
}
