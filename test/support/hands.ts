import type { EmulatedCabinet } from '../../drivers/emulator/cabinet.js';
import type { EmulatedDispenser } from '../../drivers/emulator/card-dispenser/world.js';
import { batchIccids } from '../../src/lib/iccid.js';
import type { CabinetBench } from '../contract/cabinet.js';
import type { CardDispenserBench } from '../contract/card-dispenser.js';

/** What a bench does to a cabinet, by the hands of the emulated one. */
export function cabinetHands(hands: EmulatedCabinet): Omit<CabinetBench, 'cabinet' | 'unplug' | 'plugIn'> {
  return {
    rattle() {
      hands.openDoor();
      hands.closeDoor();
    },
    openDoor: () => hands.openDoor(),
    closeDoor: () => hands.closeDoor(),
    press: (button) => hands.press(button),
    isLit: (lamp) => hands.isLit(lamp),
    onLamp: (look) => hands.onLamp(look),
  };
}

type ByHand = 'started' | 'takeCard' | 'refill' | 'emptyBin' | 'jam' | 'clearByHand' | 'power';

/** What a bench does to a dispenser, by the hands of the emulated one's world. */
export function dispenserHands(world: EmulatedDispenser): Pick<CardDispenserBench, ByHand> {
  return {
    started: () =>
      new Promise<void>((resolve) => {
        const remove = world.onStarted(() => {
          remove();
          resolve();
        });
      }),
    takeCard: () => void world.takeCard(),
    refill: () => world.refill(batchIccids(20, 1_000)),
    emptyBin: () => void world.emptyBin(),
    jam: (times) => (times === Infinity ? world.jamHard() : times === 0 ? world.clearJam() : world.jamNext(times)),
    clearByHand: () => world.clearByHand(),
    power: (on) => world.power(on),
  };
}
