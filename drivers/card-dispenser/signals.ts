import { KioskError } from '../../src/errors.js';
import type { InputSignal, OutputSignal } from '../gpio/signal.js';

/** Outputs that move a card. `feed` unit → transport, `present` transport → exit, `retain` transport or exit → bin. */
export const motors = ['feed', 'present', 'retain'] as const;
export type Motor = (typeof motors)[number];

/**
 * All outputs. Not every unit has these two:
 * - `enable`: an interlock without which the unit moves nothing. It is active while the program lives and no movement
 *   was broken off: what stops a unit that moves by itself.
 * - `reset`: a pulse that makes the unit try again after it has given up. Such units call a card back into their bin.
 */
export const outputs = [...motors, 'enable', 'reset'] as const;
export type Output = (typeof outputs)[number];

/**
 * Inputs: active while a card is there or the condition holds. `transport`, `exit` and `retained` (a pulse of at least
 * 200 ms for every card that drops into the retain bin) are what the books rest on; a unit may do without the others:
 * - `low`, `empty`: of the stack; `binFull`: of the retain bin.
 * - `ready`: the unit takes commands. - `error`: it has given up a movement after its own retries, until it is reset.
 * - `jammed`: a pulse when a card did not get into the bin.
 */
export const sensors = [
  'transport',
  'exit',
  'retained',
  'low',
  'empty',
  'binFull',
  'ready',
  'error',
  'jammed',
] as const;
export type Sensor = (typeof sensors)[number];

/**
 * An output that moves a card: a level that is held until the sensors say that it has arrived, or with `pulseMs` a
 * command that the unit then carries out by itself. Makers ask for 200 ms at least.
 */
export type Command = OutputSignal | (Exclude<OutputSignal, string> & { readonly pulseMs?: number | undefined });

/** Signals that differ from {@link defaultSignals}; `null`: not wired. */
export type SignalChanges = {
  readonly [Name in Motor]?: Command | undefined;
} & {
  readonly enable?: OutputSignal | null | undefined;
  readonly reset?: Command | null | undefined;
} & { readonly [Name in 'transport' | 'exit' | 'retained']?: InputSignal | undefined } & {
  readonly [Name in Exclude<Sensor, 'transport' | 'exit' | 'retained'>]?: InputSignal | null | undefined;
};

/** What is wired where. */
export interface Signals {
  readonly outputs: Readonly<Record<Output, OutputSignal | null>>;
  readonly inputs: Readonly<Record<Sensor, InputSignal | null>>;
  /** Milliseconds for which a command is held; a motor without an entry is held until the card has arrived. */
  readonly pulseMs: Readonly<Partial<Record<Motor | 'reset', number>>>;
}

const RESET_PULSE_MS = 300;

/** A level output for every motor and a level input for every sensor: the wiring of a dispenser without a controller. */
export const defaultSignals = {
  feed: 'dispenser-feed',
  present: 'dispenser-present',
  retain: 'dispenser-retain',
  enable: null,
  reset: null,
  transport: 'dispenser-transport',
  exit: 'dispenser-exit',
  retained: 'dispenser-retained',
  low: 'dispenser-low',
  empty: 'dispenser-empty',
  binFull: 'dispenser-bin-full',
  ready: null,
  error: null,
  jammed: null,
} as const satisfies SignalChanges;

/** @throws `config.invalid` for a unit that nothing could stop */
export function wireUp(changes: SignalChanges = {}): Signals {
  const named = Object.entries(changes).filter(([, signal]) => signal !== undefined);
  const all = { ...defaultSignals, ...Object.fromEntries(named) } as Readonly<
    Record<Output, Command | null> & Record<Sensor, InputSignal | null>
  >;
  const pulseMs: Partial<Record<Motor | 'reset', number>> = { reset: pulseOf(all.reset) ?? RESET_PULSE_MS };
  for (const motor of motors) {
    const ms = pulseOf(all[motor]);
    if (ms === undefined) continue;
    if (all.enable === null)
      throw new KioskError(
        'config.invalid',
        `dispenser.lines: ${motor} is a pulse, so enable must be wired to stop it`,
      );
    pulseMs[motor] = ms;
  }
  return { outputs: pick(all, outputs), inputs: pick(all, sensors), pulseMs };
}

function pulseOf(command: Command | null): number | undefined {
  return command !== null && typeof command !== 'string' && 'pulseMs' in command ? command.pulseMs : undefined;
}

function pick<Name extends string, Value>(all: Readonly<Record<Name, Value>>, names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, all[name]])) as Record<Name, Value>;
}
