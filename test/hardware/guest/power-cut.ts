import { execFileSync } from 'node:child_process';
import { existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { t } from 'tap';
import { auditState } from '../../../src/cli/audit-state.js';
import { modelsDir } from '../../../src/lib/paths.js';
import { Bench } from '../../support/bench.js';
import { portrait, resident } from '../../support/cast.js';
import type { Report } from '../power-report.js';
import { clipIn, prepareSlowKiosk, slowConfig } from './slow-kiosk.js';

/** A kiosk that sells until the power fails, on a disk that was there before and will be there afterwards. */
const DISK = '/dev/vdd';
const MOUNTED = '/mnt';
const dir = join(MOUNTED, 'state');

const host = openSync('/dev/virtio-ports/simkiosk.verdict', 'w');
const report = (said: Report): void => void writeSync(host, `${JSON.stringify(said)}\n`);

t.setTimeout(0);

void t.test('sells until the power fails', async (t) => {
  execFileSync('mount', [DISK, MOUNTED]);
  report({ state: 'starting' });
  if (existsSync(join(dir, 'journal.db'))) report({ after: 'boot', audit: await auditState(dir) });
  const folder = t.testdir();
  await prepareSlowKiosk(folder, modelsDir, portrait(1));
  const bench = await Bench.start(t, {
    dir,
    cards: 200,
    visitors: [{ document: resident(1), clip: clipIn(folder) }],
    config: slowConfig(folder),
  });
  await bench.idle();
  report({ after: 'start', audit: await bench.settled() });
  void bench.screen(({ state }) => {
    report({ state });
    return false;
  });
  for (;;) report({ ending: await bench.visit() });
});
