import t from 'tap';
import { ChardevGpio } from '../../../drivers/gpio/chardev/index.js';
import { OnoffGpio } from '../../../drivers/gpio/onoff/index.js';
import type { GpioChip } from '../../../src/contracts/gpio.js';
import type { ErrorCode } from '../../../src/errors.js';

/** On a machine without GPIO. */
const cases: readonly (readonly [what: string, open: () => GpioChip, faults: readonly ErrorCode[]])[] = [
  [
    'a character device that is not there',
    () => new ChardevGpio({ name: 'gpio', chip: '/dev/gpiochip-none', lines: {} }),
    ['gpio.chip-missing'],
  ],
  [
    'a device that is no GPIO chip',
    () => new ChardevGpio({ name: 'gpio', chip: '/dev/null', lines: {} }),
    ['gpio.chip-missing'],
  ],
  [
    'a chip that sysfs does not have',
    () => new OnoffGpio({ name: 'gpio', label: 'no-such-chip', lines: {} }),
    ['gpio.chip-missing', 'gpio.unsupported'],
  ],
];

for (const [what, open, faults] of cases) {
  void t.test(`${what} is a fault, and lines are asked for until it is closed`, async (t) => {
    const gpio = open();
    const fault = gpio.fault();
    t.ok(fault && faults.includes(fault));
    const asked = gpio.requestOutputs([{ line: 'motor' }]);
    const refused = t.rejects(asked, { code: fault });
    await t.rejects(gpio.set('motor', true), { code: fault });
    await gpio.close();
    await refused;
    t.equal(gpio.fault(), 'gpio.chip-missing');
    await t.rejects(gpio.requestInputs([{ line: 'sensor' }]), { code: 'gpio.chip-missing' });
  });
}
