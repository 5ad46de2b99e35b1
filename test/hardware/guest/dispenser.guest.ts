import t from 'tap';
import { LevelIoDispenser } from '../../../drivers/card-dispenser/level-io.js';
import { defaultSignals, motors } from '../../../drivers/card-dispenser/signals.js';
import { chipLinesOf } from '../../../drivers/emulator/card-dispenser/wirings.js';
import { EmulatedDispenser } from '../../../drivers/emulator/card-dispenser/world.js';
import { batchIccids } from '../../../src/lib/iccid.js';
import { cardDispenserContract } from '../../contract/card-dispenser.js';
import { faultIs } from '../../support/device-state.js';
import { dispenserHands } from '../../support/hands.js';
import { CALM, DEBOUNCE_MS, SimWires } from './sim-wires.js';

t.setTimeout(500_000);

cardDispenserContract(t, 'dispenser on /dev/gpiochipN', async (t, { cards, binCapacity }) => {
  const wires = await SimWires.open(chipLinesOf().map(({ name }) => name));
  const world = new EmulatedDispenser({
    chip: wires,
    iccids: batchIccids(cards),
    travelMs: 150,
    binCapacity,
    random: CALM,
  });
  const dispenser = new LevelIoDispenser(wires.gpio, { debounceMs: DEBOUNCE_MS, travelMs: 1_500, jamRetries: 3 });
  t.teardown(async () => {
    await dispenser.close();
    world.close();
    await wires.close();
  });
  await faultIs(dispenser, undefined);
  return {
    dispenser,
    isMoving: () => motors.some((motor) => wires.output(defaultSignals[motor])),
    ...dispenserHands(world),
    needsReset: false,
    unplug: () => wires.unplug(),
    plugIn: () => wires.plugIn(),
  };
});
