import { outputs, sensors, wireUp, type SignalChanges } from '../../card-dispenser/signals.js';
import { lineOf } from '../../gpio/signal.js';
import type { ChipLine } from '../gpio-line.js';

const input = (line: string) => ({ line, activeLow: true, bias: 'pull-up' }) as const;
const command = (line: string) => ({ line, activeLow: true, pulseMs: 250 }) as const;

/** How a maker wires a unit with a controller: everything active-low, commands as pulses, an interlock, a reset. */
export const unitSignals = {
  feed: command('unit-payout'),
  present: command('unit-present'),
  retain: command('unit-callback'),
  enable: { line: 'unit-enable', activeLow: true },
  reset: command('unit-reset'),
  transport: input('unit-transport'),
  exit: input('unit-out-ok'),
  retained: input('unit-retained'),
  low: input('unit-low'),
  empty: input('unit-empty'),
  binFull: input('unit-full'),
  ready: input('unit-ready'),
  error: input('unit-error'),
  jammed: input('unit-jammed'),
} as const satisfies SignalChanges;

/** The lines that a chip needs for a dispenser with these signals. */
export function chipLinesOf(changes: SignalChanges = {}): readonly ChipLine[] {
  const signals = wireUp(changes);
  return [
    ...outputs.map((name) => [signals.outputs[name], 'output'] as const),
    ...sensors.map((name) => [signals.inputs[name], 'input'] as const),
  ].flatMap(([signal, direction]) => (signal === null ? [] : [{ name: lineOf(signal), direction }]));
}
