import { t } from 'tap';
import { installed } from '../../../../src/config/paths.js';
import { askKiosk } from '../../../../src/cli/technician.js';
import { defaultSignals } from '../../../../drivers/card-dispenser/signals.js';
import { GpioSim } from '../gpio-sim.js';
import { now, property, reconfigured, running, said, systemctl, UNITS } from '../installed.js';
import { until } from '../until.js';

const [RUN] = UNITS;
const LABEL = 'kiosk-lines';

const lines: string[] = Object.values(defaultSignals).filter((line) => line !== null);
const motor = defaultSignals.feed;
const offsets = Object.fromEntries(lines.map((line, offset) => [line, offset]));

const drivers = [
  { driver: 'chardev', gpio: (path: string) => ({ driver: 'chardev', chip: path }) },
  { driver: 'onoff', gpio: () => ({ driver: 'onoff', label: LABEL, lines: offsets }), dropIn: 'onoff.conf' },
];

for (const { driver, gpio, dropIn } of drivers) {
  void t.test(`${driver}: the service is killed while a motor runs, and within a second its line is low`, async (t) => {
    await running(t);
    const sim = new GpioSim(LABEL, lines, LABEL);
    t.teardown(() => sim.remove());
    const { safeOffFile } = installed;
    // The motor runs for as long as it takes to kill the service.
    const dispenser = { travelMs: 40_000, jamRetries: 0 };
    await reconfigured(t, { gpio: gpio(sim.path), safeOffFile, cabinet: {}, dispenser }, dropIn);
    await systemctl('restart', RUN);
    // As the technicians' commands do, without the time that an emulated processor needs to start them.
    await askKiosk(installed.config, { command: 'maintenance', on: true });
    const test = askKiosk(installed.config, { command: 'test', device: 'dispenser', picture: false });
    const ended = t.rejects(test, { code: 'control.offline' });
    await Promise.race([until(() => sim.wire(motor)), ended]);
    const since = now();
    const pid = Number(await property(RUN, 'MainPID'));
    const killed = performance.now();
    process.kill(pid, 'SIGKILL');
    await until(() => !sim.wire(motor));
    const ms = performance.now() - killed;
    t.comment(`${driver}: low after ${ms.toFixed(0)} ms`);
    t.ok(ms < 1_000, `low after ${ms.toFixed(0)} ms`);
    await said(RUN, new RegExp(`safe-off: .* ${motor} .*: low`), since);
    await ended;
    await said(RUN, /^Started /, since);
    t.not(Number(await property(RUN, 'MainPID')), pid, 'it came back by itself');
  });
}
