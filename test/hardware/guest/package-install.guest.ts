import { t } from 'tap';
import { installed } from '../../../src/config/paths.js';
import { readJournal } from '../../../src/journal/read-journal.js';
import { migrations } from '../../../src/journal/schema.js';
import { count, Database } from '../../../src/lib/sqlite.js';
import { makeOld } from '../../support/old-journal.js';
import {
  attempt,
  install,
  JOURNAL,
  laterPackageFile,
  packageFile,
  property,
  run,
  sellOne,
  systemctl,
  UNITS,
  withoutFaces,
} from './installed.js';

t.setTimeout(900_000);

const owner = async (path: string): Promise<string> => run('stat', '--format=%U:%G %a', path);

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
  await sellOne();
  for (const unit of UNITS) {
    t.equal(await property(unit, 'ActiveState'), 'active');
    t.equal(await property(unit, 'Type'), 'notify');
  }
  t.match(await readJournal(installed.stateDir), { cards: { taken: 1 } });
});

async function schema(): Promise<number> {
  const journal = await Database.open(JOURNAL, 'read');
  const version = count(await journal.get('PRAGMA user_version'), 'user_version');
  await journal.close();
  return version;
}

void t.test('an upgrade keeps the journal and brings it up to date', async (t) => {
  await systemctl('stop', ...UNITS);
  await withoutFaces();
  const before = await readJournal(installed.stateDir);
  await makeOld(JOURNAL);
  t.equal(await schema(), 1);
  await install(await laterPackageFile());
  t.match(await run('dpkg-query', '--show', 'simkiosk'), '99.0.0');
  // apt does not wait until they are ready.
  await systemctl('start', ...UNITS);
  for (const unit of UNITS) {
    t.equal(await property(unit, 'ActiveState'), 'active');
    t.equal(await systemctl('is-enabled', unit), 'enabled');
  }
  t.equal(await schema(), migrations.length);
  const after = await readJournal(installed.stateDir);
  // What the first version did not know of a card is empty.
  const cards = ({ ledger }: typeof before): unknown => ledger.map(({ iccid, location }) => [iccid, location]);
  t.same([after.epoch, after.loaded, cards(after)], [before.epoch, before.loaded, cards(before)]);
});
