import type { InputRequest, OutputRequest } from '../../../src/contracts/gpio.js';
import { KioskError } from '../../../src/errors.js';
import { Flag, GPIO_V2_LINE_ATTR_ID_DEBOUNCE, GPIO_V2_LINE_ATTR_ID_FLAGS, GPIO_V2_LINE_NUM_ATTRS_MAX } from './uapi.js';

interface Attribute {
  readonly attr:
    | { readonly id: typeof GPIO_V2_LINE_ATTR_ID_FLAGS; readonly value: { readonly flags: bigint } }
    | { readonly id: typeof GPIO_V2_LINE_ATTR_ID_DEBOUNCE; readonly value: { readonly debounce_period_us: number } };
  /** Bit n: the attribute is for the n-th line of the request. */
  readonly mask: bigint;
}

/** `struct gpio_v2_line_config`: flags of the first line, and attributes for the lines that differ. */
export interface LineConfig {
  readonly flags: bigint;
  readonly num_attrs: number;
  readonly attrs: readonly Attribute[];
}

const BIAS = {
  'pull-up': Flag.BIAS_PULL_UP,
  'pull-down': Flag.BIAS_PULL_DOWN,
  disabled: Flag.BIAS_DISABLED,
} as const;

/** Outputs start inactive: without an attribute of values the kernel drives every line so. */
export function outputConfig(requests: readonly OutputRequest[]): LineConfig {
  return config(requests.map(({ activeLow }) => Flag.OUTPUT | (activeLow ? Flag.ACTIVE_LOW : 0n)));
}

/** Both edges of every line; a bias that is not named is left as it is. @throws `gpio.unsupported` for more settings than fit */
export function inputConfig(requests: readonly InputRequest[]): LineConfig {
  const flags = requests.map(
    ({ activeLow, bias }) =>
      Flag.INPUT |
      Flag.EDGE_RISING |
      Flag.EDGE_FALLING |
      (activeLow ? Flag.ACTIVE_LOW : 0n) |
      (bias === undefined ? 0n : BIAS[bias]),
  );
  const debounces = masks(requests.map(({ debounceUs = 0 }) => Math.ceil(debounceUs)));
  debounces.delete(0);
  const attributes = [...debounces].map(([debounce_period_us, mask]): Attribute => {
    return { attr: { id: GPIO_V2_LINE_ATTR_ID_DEBOUNCE, value: { debounce_period_us } }, mask };
  });
  return config(flags, attributes);
}

function config(flags: readonly bigint[], more: readonly Attribute[] = []): LineConfig {
  const [first, ...others] = masks(flags);
  const attrs = [
    ...others.map(([value, mask]): Attribute => {
      return { attr: { id: GPIO_V2_LINE_ATTR_ID_FLAGS, value: { flags: value } }, mask };
    }),
    ...more,
  ];
  if (attrs.length > GPIO_V2_LINE_NUM_ATTRS_MAX)
    throw new KioskError('gpio.unsupported', 'too many different settings in one request');
  return { flags: first?.[0] ?? 0n, num_attrs: attrs.length, attrs };
}

/** Which lines have which setting. */
function masks<Setting>(settings: readonly Setting[]): Map<Setting, bigint> {
  const found = new Map<Setting, bigint>();
  for (const [i, setting] of settings.entries()) found.set(setting, (found.get(setting) ?? 0n) | (1n << BigInt(i)));
  return found;
}
