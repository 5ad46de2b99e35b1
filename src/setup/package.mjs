// @ts-check
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { SetUpFailure } from './failure.mjs';
import { allFilesBelow, readIfThere, readJson } from './files.mjs';
import { architecture, changelog, control, copyright } from './package-control.mjs';
import { runtimePackages } from './package-dependencies.mjs';
import { layTree, settle } from './package-tree.mjs';
import { createReport, megabytes } from './report.mjs';
import { isMain, orExplain, rootDir, setUp } from './setup.mjs';

const run = promisify(execFile);

/**
 * When the sources were last changed: the same sources give the same package.
 * @type {(root: string) => Promise<Date>}
 */
async function sourceDate(root) {
  const given = process.env['SOURCE_DATE_EPOCH'];
  if (given) return new Date(Number(given) * 1000);
  const commit = await run('git', ['-C', root, 'log', '-1', '--format=%ct']).catch(() => undefined);
  return commit ? new Date(Number(commit.stdout) * 1000) : (await stat(join(root, 'package-lock.json'))).mtime;
}

/** @type {(tree: string, file: string) => Promise<string>} */
async function md5(tree, file) {
  const hash = createHash('md5');
  await pipeline(createReadStream(join(tree, file)), hash);
  return `${hash.digest('hex')}  ${file}\n`;
}

/** deb-control(5): in units of 1,024 bytes, each file rounded up. @type {(tree: string, files: string[]) => Promise<number>} */
async function installedKb(tree, files) {
  const sizes = await Promise.all(files.map(async (file) => Math.ceil((await stat(join(tree, file))).size / 1024)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Builds the Debian package of a checkout that is set up, for machines like this one.
 * @type {(root: string, out: string, version: string) => Promise<string>}
 */
export async function buildPackage(root, out, version) {
  const date = await sourceDate(root);
  const notice = (await readIfThere(join(root, 'NOTICE')))?.toString('utf8') ?? '';
  await mkdir(out, { recursive: true });
  const tree = await mkdtemp(join(out, '.package-'));
  try {
    const texts = {
      copyright: copyright(notice, await runtimePackages(root)),
      'changelog.gz': gzipSync(changelog(version, date), { level: 9 }),
    };
    await layTree({ root, tree, version, texts });
    const files = await allFilesBelow(tree, '');
    await mkdir(join(tree, 'DEBIAN'));
    await writeFile(join(tree, 'DEBIAN/control'), control(version, await installedKb(tree, files)));
    await writeFile(join(tree, 'DEBIAN/md5sums'), (await Promise.all(files.map((file) => md5(tree, file)))).join(''));
    for (const script of ['postinst', 'prerm', 'postrm'])
      await copyFile(join(root, 'src/setup/debian', script), join(tree, 'DEBIAN', script));
    await settle(tree, date);
    const file = join(out, `simkiosk_${version}_${architecture()}.deb`);
    await debOf(tree, `${tree}.deb`, date);
    await rename(`${tree}.deb`, file);
    return file;
  } finally {
    await rm(tree, { recursive: true, force: true });
    await rm(`${tree}.deb`, { force: true });
  }
}

/** @type {(tree: string, file: string, date: Date) => Promise<void>} */
async function debOf(tree, file, date) {
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(date.getTime() / 1000) };
  try {
    await run('dpkg-deb', ['--root-owner-group', '-Zzstd', '--build', tree, file], { env });
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code !== 'ENOENT') throw error;
    throw new SetUpFailure('dpkg-deb is not there: build the package on Debian or Raspberry Pi OS.');
  }
}

/**
 * Builds the package of this checkout, which must be set up, in place of earlier ones.
 * @type {(report: import('./report.mjs').Report) => Promise<string>}
 */
export async function makePackage(report) {
  const done = report.begin('package');
  const folder = join(rootDir, 'dist', 'package');
  const { version } = await readJson(join(rootDir, 'package.json'));
  await rm(folder, { recursive: true, force: true });
  const file = await buildPackage(rootDir, folder, version);
  done(`built, ${megabytes((await stat(file)).size)}`);
  return file;
}

if (isMain(import.meta.url)) {
  await orExplain(async () => {
    const report = createReport();
    await setUp({ report, quiet: true });
    console.log(await makePackage(report));
  });
}
