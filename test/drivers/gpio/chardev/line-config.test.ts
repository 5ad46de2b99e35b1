import fc from 'fast-check';
import t from 'tap';
import { inputConfig, outputConfig } from '../../../../drivers/gpio/chardev/line-config.js';
import {
  Flag,
  GPIO_V2_LINE_ATTR_ID_DEBOUNCE,
  GPIO_V2_LINE_ATTR_ID_FLAGS,
} from '../../../../drivers/gpio/chardev/uapi.js';

type Config = ReturnType<typeof inputConfig>;

/** What the kernel makes of a configuration for one line: the last attribute of a kind that has its bit (gpiolib-cdev.c). */
function seenByKernel(
  { flags, attrs }: Config,
  index: number,
): { readonly flags: bigint; readonly debounceUs: number } {
  let seen = { flags, debounceUs: 0 };
  for (const { attr, mask } of attrs) {
    if (((mask >> BigInt(index)) & 1n) === 0n) continue;
    if (attr.id === GPIO_V2_LINE_ATTR_ID_FLAGS) seen = { ...seen, flags: attr.value.flags };
    if (attr.id === GPIO_V2_LINE_ATTR_ID_DEBOUNCE) seen = { ...seen, debounceUs: attr.value.debounce_period_us };
  }
  return seen;
}

const input = fc.record(
  {
    line: fc.string(),
    activeLow: fc.boolean(),
    bias: fc.constantFrom('pull-up', 'pull-down', 'disabled'),
    debounceUs: fc.constantFrom(0, 1_000, 50_000),
  },
  { requiredKeys: ['line'] },
);

void t.test('every input has its own polarity, bias and debounce, and both edges', (t) => {
  fc.assert(
    fc.property(fc.array(input, { minLength: 1, maxLength: 64 }), (requests) => {
      const config = inputConfig(requests);
      t.equal(config.num_attrs, config.attrs.length);
      for (const [i, { activeLow = false, bias, debounceUs = 0 }] of requests.entries()) {
        const seen = seenByKernel(config, i);
        const has = (flag: bigint): boolean => (seen.flags & flag) !== 0n;
        t.ok(has(Flag.INPUT) && has(Flag.EDGE_RISING) && has(Flag.EDGE_FALLING) && !has(Flag.OUTPUT));
        t.equal(has(Flag.ACTIVE_LOW), activeLow);
        t.same(
          [has(Flag.BIAS_PULL_UP), has(Flag.BIAS_PULL_DOWN), has(Flag.BIAS_DISABLED)],
          [bias === 'pull-up', bias === 'pull-down', bias === 'disabled'],
        );
        t.equal(seen.debounceUs, debounceUs);
      }
    }),
    { numRuns: 30 },
  );
  t.end();
});

void t.test('every output has its own polarity', (t) => {
  const config = outputConfig([{ line: 'a' }, { line: 'b', activeLow: true }, { line: 'c', activeLow: false }]);
  t.same(
    [0, 1, 2].map((i) => seenByKernel(config, i).flags),
    [Flag.OUTPUT, Flag.OUTPUT | Flag.ACTIVE_LOW, Flag.OUTPUT],
  );
  t.end();
});

void t.test('more different settings than the kernel takes in one request are refused', (t) => {
  const requests = Array.from({ length: 11 }, (_, i) => ({ line: String(i), debounceUs: i + 1 }));
  t.throws(() => inputConfig(requests), { code: 'gpio.unsupported' });
  t.end();
});
