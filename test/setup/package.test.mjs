// @ts-check
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';
import { allFilesBelow, sha256 } from '../../src/setup/files.mjs';
import { isNeeded } from '../../src/setup/package-dependencies.mjs';
import { buildPackage } from '../../src/setup/package.mjs';
import { rootDir } from '../../src/setup/setup.mjs';

const run = promisify(execFile);
const skip = spawnSync('dpkg-deb', ['--version']).error ? 'dpkg-deb is not installed' : false;

const PROGRAM = 'usr/lib/simkiosk';

/** @param {import('tap').Test} t @param {string} name */
async function folder(t, name) {
  const dir = join(t.testdir(), name);
  await mkdir(dir);
  return dir;
}

test('the package holds what a kiosk needs and nothing else, and sells where it is unpacked', { skip }, async (t) => {
  const dir = await folder(t, 'out');
  const file = await buildPackage(rootDir, dir, '1.2.3');
  t.match(file, /simkiosk_1\.2\.3_(amd64|arm64)\.deb$/);
  const again = await buildPackage(rootDir, join(dir, 'again'), '1.2.3');
  t.equal(sha256(await readFile(again)), sha256(await readFile(file)), 'the same sources give the same package');

  const tree = join(dir, 'tree');
  await run('dpkg-deb', ['--raw-extract', file, tree]);
  const files = (await allFilesBelow(tree, '')).filter((path) => !path.startsWith('DEBIAN/'));
  for (const wanted of [
    'usr/bin/simkiosk',
    'usr/lib/systemd/system/simkiosk.service',
    'usr/lib/systemd/system/simkiosk-link.service',
    'usr/lib/sysusers.d/simkiosk.conf',
    'usr/lib/tmpfiles.d/simkiosk.conf',
    'usr/lib/udev/rules.d/70-simkiosk.rules',
    'usr/share/doc/simkiosk/copyright',
    `${PROGRAM}/systemd/safe-off`,
  ])
    t.ok(files.includes(wanted), wanted);
  t.notOk(
    files.find((path) => /\.ts$|\.map$|node_modules\/(typescript|tap|eslint)\//.test(path)),
    'neither sources nor tools',
  );
  t.notOk(
    files.find((path) => /\.node$/.test(path) && /win32|darwin|musl|android/.test(path)),
    'no native code for other systems',
  );
  t.notOk(
    files.find((path) => path.startsWith('etc/')),
    'the configuration is the technician’s',
  );

  const sums = await readFile(join(tree, 'DEBIAN/md5sums'), 'utf8');
  t.same(
    sums
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(34))
      .sort(),
    files,
    '`dpkg --verify` misses no file',
  );
  const [, kilobytes] = /^Installed-Size: (\d+)$/m.exec(await readFile(join(tree, 'DEBIAN/control'), 'utf8')) ?? [];
  const sizes = await Promise.all(files.map(async (path) => (await stat(join(tree, path))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  t.ok(Number(kilobytes) * 1024 >= bytes, `${kilobytes} KB hold ${bytes} bytes`);

  const main = join(tree, PROGRAM, 'dist/src/cli/main.js');
  const { stdout } = await run('node', [main, 'demo', '--customers', '1', '--json'], { cwd: tree });
  t.match(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''), { outcomes: { sold: 1 } });

  const photo = join(tree, PROGRAM, 'models/cast/person-1.jpg');
  const compared = await run('node', [main, 'face', 'compare', photo, photo, '--engine', 'tfjs', '--json']);
  t.match(JSON.parse(compared.stdout), { decision: 'match' }, 'the other engine is whole too');
});

test('of a dependency stay its code and its licence', (t) => {
  for (const path of [
    'node_modules/debug/src/index.js',
    'node_modules/debug/LICENSE',
    'node_modules/mqtt/LICENSE.md',
    'node_modules/mqtt/build/index.js',
    'node_modules/sqlite3/build/Release/node_sqlite3.node',
    `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`,
  ])
    t.ok(isNeeded(path), path);
  for (const path of [
    'node_modules/sqlite3/deps/sqlite3.gyp',
    'node_modules/sqlite3/src/database.cc',
    'node_modules/pino/test/basic.test.js',
    'node_modules/zod/index.d.ts',
    'node_modules/mqtt/dist/mqtt.min.js',
    'node_modules/onnxruntime-node/bin/napi-v6/win32/x64/onnxruntime_binding.node',
    'node_modules/@koromix/koffi-linux-x64/musl_x64/koffi.node',
  ])
    t.notOk(isNeeded(path), path);
  t.end();
});
