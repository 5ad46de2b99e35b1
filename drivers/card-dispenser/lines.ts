/** Outputs: active moves a card. `feed` unit → transport, `present` transport → exit, `retain` transport or exit → bin. */
export const motors = ['feed', 'present', 'retain'] as const;
export type Motor = (typeof motors)[number];

/**
 * Inputs: active while a card is there or the condition holds. `retained` is a pulse of at least 200 ms for every card
 * that drops into the retain bin.
 */
export const sensors = ['transport', 'exit', 'low', 'empty', 'retained', 'binFull'] as const;
export type Sensor = (typeof sensors)[number];

/** The names of the dispenser's lines on the GPIO chip. */
export type Lines = Readonly<Record<Motor | Sensor, string>>;
export type LineNames = { readonly [Name in keyof Lines]?: string | undefined };

export function nameLines(names: LineNames = {}): Lines {
  return {
    feed: names.feed ?? 'dispenser-feed',
    present: names.present ?? 'dispenser-present',
    retain: names.retain ?? 'dispenser-retain',
    transport: names.transport ?? 'dispenser-transport',
    exit: names.exit ?? 'dispenser-exit',
    low: names.low ?? 'dispenser-low',
    empty: names.empty ?? 'dispenser-empty',
    retained: names.retained ?? 'dispenser-retained',
    binFull: names.binFull ?? 'dispenser-bin-full',
  };
}
