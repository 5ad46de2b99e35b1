import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { journalPaths } from '../../src/journal/paths.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { contents } from '../support/crashed-journal.js';
import { Ear } from '../support/ear.js';
import { Command } from '../support/process.js';
import { asked, operatorsHear } from '../support/reasons.js';
import { because } from '../support/technician.js';

test('a damaged journal: out of service, said to everybody, untouched, until a technician begins a new one', async (t) => {
  const bench = await Bench.start(t, { visitors: [holder(1)] });
  const ear = await Ear.listen(t, bench);
  t.equal(await bench.visit(), 'sold');
  await bench.idle();
  await bench.run.kill('SIGKILL');
  await rm(`${journalPaths(bench.dir).file}-wal`);
  const before = await contents(bench.dir);

  bench.startRun();
  await bench.screen(because('journal.corrupt'));
  await operatorsHear(t, bench, 'journal.corrupt');
  t.match(await asked(bench, 'status'), { code: 0, said: { state: 'out-of-service', faults: ['journal.corrupt'] } });
  t.match(await asked(bench, 'maintenance', 'on'), { code: 1, said: { error: 'journal.corrupt' } });
  const doctor = await asked(bench, 'doctor');
  t.equal(doctor.code, 1);
  t.match(JSON.stringify(doctor.said), /"journal","ok":false,"code":"journal.corrupt".*simkiosk journal renew/);
  const audit = new Command(['audit', '--state', bench.dir]);
  t.equal(await audit.exited, 1);
  t.match(audit.stdout + audit.stderr, /missing|empty|corrupt/);
  t.same(await contents(bench.dir), before, 'not a byte was changed');
  t.equal(bench.run.running, true, 'and the service is up');

  t.match(await asked(bench, 'journal', 'renew'), { code: 0, said: { aside: /^journal\.damaged-/ } });
  await bench.screen(because('kiosk.maintenance'));
  await ear.hears('technician.action', 1);
  t.match(ear.all('technician.action'), [{ action: 'journal-renew', cards: { loaded: 0 } }]);
  const left = bench.world.emulator.dispenser.cards().filter(({ at }) => at === 'stack');
  const list = join(bench.dir, 'left.txt');
  await writeFile(list, left.map(({ iccid }) => `${iccid}\n`).join(''));
  t.match(await asked(bench, 'stock', 'load', list), { code: 0, said: { added: left.length } });
  t.match(await asked(bench, 'journal', 'renew'), { code: 1, said: { error: 'control.not-now' } }, 'a whole one stays');
  t.equal((await asked(bench, 'maintenance', 'off')).code, 0);
  t.equal(await bench.visit(), 'sold', 'and it sells again');
});
