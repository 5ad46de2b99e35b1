import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { t } from 'tap';
import { installed } from '../../../src/config/paths.js';
import { defaultSignals } from '../../../drivers/card-dispenser/signals.js';
import { GpioSim } from './gpio-sim.js';
import { attempt, now, property, run, running, said, systemctl, UNITS } from './installed.js';
import { until } from './until.js';

t.setTimeout(230_000);

const [RUN] = UNITS;
const LABEL = 'kiosk-lines';
const DROP_INS = `/etc/systemd/system/${RUN}.d`;

const lines: string[] = Object.values(defaultSignals).filter((line) => line !== null);
const motor = defaultSignals.feed;
const offsets = Object.fromEntries(lines.map((line, offset) => [line, offset]));

const drivers = {
  chardev: (path: string) => ({ driver: 'chardev', chip: path, lines: {} }),
  onoff: () => ({ driver: 'onoff', label: LABEL, lines: offsets }),
} as const;

for (const [name, gpio] of Object.entries(drivers)) {
  void t.test(`${name}: the service is killed while a motor runs, and within a second its line is low`, async (t) => {
    await running();
    const sim = new GpioSim(LABEL, lines, LABEL);
    const before = await readFile(installed.config, 'utf8');
    await mkdir(DROP_INS, { recursive: true });
    t.teardown(async () => {
      await systemctl('stop', RUN);
      await writeFile(installed.config, before);
      await rm(DROP_INS, { recursive: true });
      await systemctl('daemon-reload');
      sim.remove();
    });
    const config = JSON.parse(before) as object;
    const real = {
      gpio: gpio(sim.path),
      safeOffFile: installed.safeOffFile,
      cabinet: {},
      dispenser: { travelMs: 60_000 },
    };
    await writeFile(installed.config, JSON.stringify({ ...config, ...real }));
    if (name === 'onoff') await copyFile('/usr/share/doc/simkiosk/examples/onoff.conf', `${DROP_INS}/onoff.conf`);
    await systemctl('daemon-reload');
    await systemctl('restart', RUN);
    await run('simkiosk', 'maintenance', 'on');

    const test = attempt('simkiosk', 'test', 'dispenser');
    await Promise.race([until(() => sim.wire(motor)), test.then((said) => Promise.reject(new Error(said)))]);
    const since = now();
    const pid = Number(await property(RUN, 'MainPID'));
    const killed = performance.now();
    process.kill(pid, 'SIGKILL');
    await until(() => !sim.wire(motor));
    const ms = performance.now() - killed;
    t.comment(`${name}: low after ${ms.toFixed(0)} ms`);
    t.ok(ms < 1_000, `low after ${ms.toFixed(0)} ms`);
    await said(RUN, new RegExp(`safe-off: .* ${motor} .*: low`), since);
    await test;
    await run('simkiosk', 'maintenance', 'off');
  });
}
