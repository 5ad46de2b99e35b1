import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { t } from 'tap';
import { installed } from '../../../src/config/paths.js';
import { count, Database } from '../../../src/lib/sqlite.js';
import {
  attempt,
  install,
  JOURNAL,
  now,
  packageFile,
  property,
  run,
  sale,
  startEmulator,
  systemctl,
  UNITS,
} from './installed.js';
import { makeOld } from '../../support/old-journal.js';

t.setTimeout(230_000);

const owner = async (path: string): Promise<string> => run('stat', '--format=%U:%G %a', path);
const status = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await run('simkiosk', 'status', '--json')) as Record<string, unknown>;

void t.test(
  'apt installs the package on a clean Debian without network; both services wait for a configuration',
  async (t) => {
    const said = await install(await packageFile());
    t.match(said, 'simkiosk waits for /etc/simkiosk/kiosk.json');
    for (const unit of UNITS) {
      t.equal(await systemctl('is-enabled', unit), 'enabled');
      t.equal(await property(unit, 'ActiveState'), 'inactive');
      t.equal(await property(unit, 'ConditionResult'), 'no');
      t.equal(await attempt('systemd-analyze', 'verify', `/usr/lib/systemd/system/${unit}`), '');
    }
    t.match(await run('id', 'simkiosk'), /dialout.*video.*gpio|gpio/);
    t.equal(await owner(installed.stateDir), 'simkiosk:simkiosk 700');
    t.equal(await owner('/run/simkiosk/link'), 'simkiosk:simkiosk-link 2750');
  },
);

void t.test('as low an exposure with this systemd as with the one of the build machine', async (t) => {
  for (const [unit, limit] of [
    ['simkiosk.service', 6],
    ['simkiosk-link.service', 10],
  ] as const) {
    const said = await attempt('systemd-analyze', 'security', '--no-pager', `--threshold=${limit}`, unit);
    t.match(said, /Overall exposure level.*(SAFE|OK)/);
    t.comment(/Overall exposure.*/.exec(said)?.[0] ?? said);
  }
});

void t.test('configured for the emulator it sells', async (t) => {
  const since = now();
  await startEmulator();
  await systemctl('start', 'simkiosk.service');
  // It takes the other one along; this waits until that is ready too.
  await systemctl('start', 'simkiosk-link.service');
  for (const unit of UNITS) {
    t.equal(await property(unit, 'ActiveState'), 'active');
    t.equal(await property(unit, 'Type'), 'notify');
  }
  await sale(since);
  t.match(await status(), { cards: { taken: 1 } });
});

/** The same package, as if it were of a later version. */
async function laterVersion(): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'later-'));
  await run('dpkg-deb', '-R', await packageFile(), tree);
  const control = join(tree, 'DEBIAN/control');
  await writeFile(control, (await readFile(control, 'utf8')).replace(/^Version: .*$/m, 'Version: 99.0.0'));
  await run('dpkg-deb', '--root-owner-group', '-Znone', '-b', tree, `${tree}.deb`);
  return `${tree}.deb`;
}

async function schema(file: string): Promise<number> {
  const journal = await Database.open(file, 'read');
  const version = count(await journal.get('PRAGMA user_version'), 'user_version');
  await journal.close();
  return version;
}

void t.test('an upgrade keeps the journal, migrates it, and the kiosk sells on', async (t) => {
  const newest = await schema(JOURNAL);
  const later = await laterVersion();
  await systemctl('stop', ...UNITS);
  const { cards } = await status();
  await makeOld(JOURNAL);
  const since = now();
  await install(later);
  t.match(await run('dpkg-query', '--show', 'simkiosk'), '99.0.0');
  // apt does not wait until they are ready.
  await systemctl('start', ...UNITS);
  for (const unit of UNITS) {
    t.equal(await property(unit, 'ActiveState'), 'active');
    t.equal(await systemctl('is-enabled', unit), 'enabled');
  }
  t.equal(await schema(JOURNAL), newest);
  await sale(since);
  const after = (await status())['cards'];
  t.match(after, { loaded: (cards as { loaded: number }).loaded });
});
