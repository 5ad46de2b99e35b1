import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { t } from 'tap';
import { cabinetChipLines, cabinetSignals } from '../../../drivers/emulator/cabinet.js';
import { chipLinesOf } from '../../../drivers/emulator/card-dispenser/wirings.js';
import { openTty } from '../../../drivers/emulator/tty.js';
import { statePaths } from '../../../src/config/paths.js';
import { modelsDir } from '../../../src/lib/paths.js';
import { Bench } from '../../support/bench.js';
import { portrait, resident } from '../../support/cast.js';
import { GpioSim } from './gpio-sim.js';
import { showOnCamera, useLoopback } from './loopback-camera.js';
import { clipIn, prepareSlowKiosk, slowConfig } from './slow-kiosk.js';

t.setTimeout(900_000);

const CAMERA = '/dev/video0';

/** Programs that have a file open, as `name (process number)`. */
function holders(path: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === path);
      } catch {
        // Ended meanwhile.
        return false;
      }
    })
    .map((pid) => `${readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 3).join(' ')} (${pid})`);
}

void t.test('a SIM card is sold over /dev/gpiochip0, /dev/video0 and /dev/ttyS1', async (t) => {
  const wires = new GpioSim(
    'kiosk',
    [...chipLinesOf(), ...cabinetChipLines].map(({ name }) => name),
  );
  t.teardown(useLoopback());
  const reader = await openTty('/dev/ttyS2', 115_200);
  t.teardown(async () => {
    await reader.close();
    wires.remove();
  });
  const folder = t.testdir();
  await prepareSlowKiosk(folder, modelsDir, portrait(1));
  const bench = await Bench.start(t, {
    visitors: [{ document: resident(1), clip: clipIn(folder) }],
    real: { wires, reader },
    config: {
      gpio: { driver: 'chardev', chip: wires.path },
      idReader: { driver: 'sam', port: '/dev/ttyS1' },
      camera: { driver: 'v4l2', device: CAMERA },
      dispenser: { travelMs: 20_000, jamRetries: 1 },
      // A bias would pull the simulated line against what drives it.
      cabinet: { lines: { ...cabinetSignals, door: cabinetSignals.door.line } },
      ...slowConfig(folder),
    },
  });
  t.teardown(showOnCamera(`${statePaths(bench.dir).emulator}/camera.sock`));
  const ended = bench.run.exited.then((code) => {
    throw new Error(`run ended with ${code}: ${bench.run.stderr}`);
  });
  ended.catch(() => undefined);
  await Promise.race([bench.idle(), ended]);
  for (const device of ['/dev/gpiochip0', '/dev/ttyS1']) {
    t.not(holders(device).length, 0, device);
    t.comment(`in use: ${device} by ${holders(device).join(', ')}`);
  }
  void bench
    .screen(({ state }) => state === 'capturing')
    .then(() => {
      t.comment(`in use: ${CAMERA} by ${holders(CAMERA).join(', ')}`);
    });
  t.equal(await bench.visit(), 'sold');
  t.match(await bench.settled(), { consistent: true, cards: { taken: 1 } });
});
