import t from 'tap';
import { LineCabinet } from '../../../drivers/cabinet/line-cabinet.js';
import { cabinetChipLines, cabinetSignals, EmulatedCabinet } from '../../../drivers/emulator/cabinet.js';
import { cabinetContract } from '../../contract/cabinet.js';
import { cabinetHands } from '../../support/hands.js';
import { CALM, SimWires } from './sim-wires.js';

t.setTimeout(500_000);

/** Long presses, and a long debounce: the emulated processor does not always have its turn. */
const PATIENT = { pressMs: 1_500, liftMs: 1_500 };
const DEBOUNCE_MS = 400;

/** Without bias: a simulated pull would overrule whoever holds the wire. */
const lines = {
  ...cabinetSignals,
  agree: { line: cabinetSignals.agree.line, activeLow: true },
  cancel: { line: cabinetSignals.cancel.line, activeLow: true },
  door: cabinetSignals.door.line,
};

cabinetContract(t, 'cabinet on /dev/gpiochipN', async (t) => {
  const wires = await SimWires.open(cabinetChipLines.map(({ name }) => name));
  const hands = new EmulatedCabinet(wires, CALM, PATIENT);
  const cabinet = new LineCabinet(wires.gpio, { lines, debounceMs: DEBOUNCE_MS });
  t.teardown(async () => {
    await cabinet.close();
    hands.close();
    await wires.close();
  });
  return {
    cabinet,
    ...cabinetHands(hands),
    unplug: () => wires.unplug(),
    plugIn: () => wires.plugIn(),
  };
});
