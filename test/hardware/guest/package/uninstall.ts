import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { t } from 'tap';
import { installed } from '../../../../src/config/paths.js';
import { attempt, JOURNAL, run, running, UNITS } from '../installed.js';

void t.test('removing the package leaves configuration and journal, purging it leaves the journal', async (t) => {
  await running(t);
  await run('apt-get', 'remove', '--yes', 'simkiosk');
  t.notOk(existsSync('/usr/bin/simkiosk'));
  t.notOk(existsSync('/usr/lib/simkiosk'));
  for (const unit of UNITS) t.equal(await attempt('systemctl', 'is-active', unit), 'inactive', unit);
  t.equal(await attempt('pgrep', '-u', 'simkiosk,simkiosk-link'), '', 'no process is left');
  t.ok(existsSync(installed.config), 'the configuration is there');
  t.ok(existsSync(JOURNAL), 'the journal is there');

  const journal = await readFile(JOURNAL);
  const said = await run('apt-get', 'purge', '--yes', 'simkiosk');
  t.match(said, `the journal stays in ${installed.stateDir}`);
  t.notOk(existsSync('/etc/simkiosk'));
  t.notOk(existsSync('/run/simkiosk'));
  t.same(await readFile(JOURNAL), journal, 'not a byte of the journal changed');
  for (const unit of UNITS) t.equal(await attempt('systemctl', 'cat', '--quiet', unit), `No files found for ${unit}.`);
});
