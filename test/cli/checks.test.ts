import t from 'tap';
import { checkSafeLevels } from '../../src/cli/checks.js';
import { remedyOf } from '../../src/remedies.js';

const onoff = { driver: 'onoff', label: 'pinctrl-bcm2711', lines: {} } as const;

void t.test('outputs that keep their level are a fault without safe-off, and a note with it', async (t) => {
  t.match(await checkSafeLevels({ gpio: onoff }), {
    ok: false,
    code: 'gpio.keeps-level',
    detail: /sysfs.*`safeOffFile` is not set/,
  });
  const safeOffFile = '/run/simkiosk/safe-off';
  t.match(await checkSafeLevels({ gpio: onoff, safeOffFile }), { ok: true, warning: true, detail: /sysfs/ });
  t.match(remedyOf('gpio.keeps-level'), /`safeOffFile`.*`dtparam=strict_gpiod`/);
});

void t.test('a chip whose kernel lets go of its outputs needs nothing', async (t) => {
  const gpio = { driver: 'chardev', chip: '/dev/null', lines: {} } as const;
  t.match(await checkSafeLevels({ gpio }), { ok: true, warning: undefined });
});
