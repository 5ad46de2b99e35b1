// @ts-check
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow, readIfThere, writeWhole } from './files.mjs';
import { SetUpFailure } from './failure.mjs';

const FOLDERS = ['src', 'drivers', 'test'];
const isSource = (/** @type {string} */ path) => /\.(ts|json)$/.test(path) && !path.endsWith('.d.ts');
const outputOf = (/** @type {string} */ path) => join('dist', path.replace(/\.ts$/, '.js'));

/** @type {(root: string) => string} */
const stampOf = (root) => join(root, 'dist', '.sources');

/** @type {(root: string) => Promise<string[]>} */
async function sources(root) {
  const files = await Promise.all(FOLDERS.map((folder) => filesBelow(root, folder)));
  return files.flat().filter(isSource);
}

/**
 * One line a file that the output depends on: path, size, time of change.
 * @type {(root: string, paths: readonly string[]) => Promise<string>}
 */
async function fingerprint(root, paths) {
  const lines = ['tsconfig.json', 'package-lock.json', ...paths].map(async (path) => {
    const { size, mtimeMs } = await stat(join(root, path));
    return `${path} ${size} ${mtimeMs}\n`;
  });
  return (await Promise.all(lines)).join('');
}

/** @type {(root: string, paths: readonly string[]) => boolean} */
const outputsThere = (root, paths) =>
  paths.every((path) => !path.endsWith('.ts') || existsSync(join(root, outputOf(path))));

/** Whether dist/ is what the sources say. @type {(root: string) => Promise<boolean>} */
export async function buildIsRight(root) {
  const stamp = await readIfThere(stampOf(root));
  if (!stamp) return false;
  const paths = await sources(root);
  return stamp.toString('utf8') === (await fingerprint(root, paths)) && outputsThere(root, paths);
}

/**
 * Compiles when a source is newer than dist/; what has no source any more leaves dist/ first.
 * @param {string} root
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<boolean>} whether something was done
 */
export async function ensureBuild(root, report) {
  if (await buildIsRight(root)) return false;
  const done = report.begin('build');
  const paths = await sources(root);
  // Taken before compiling: a source saved meanwhile is compiled again next time.
  const stamp = await fingerprint(root, paths);
  report.line(`build: compiling ${paths.length} source files`);
  if (!existsSync(stampOf(root)) || !outputsThere(root, paths)) {
    // The compiler's own record would say that everything is there.
    await rm(join(root, 'dist', '.tsbuildinfo'), { force: true });
  }
  await rm(stampOf(root), { force: true });
  await removeOrphans(root, paths);
  await compile(root);
  await writeWhole(stampOf(root), stamp);
  done(`${paths.length} source files compiled`);
  return true;
}

/**
 * A test whose source is gone would otherwise still be run.
 * @type {(root: string, paths: readonly string[]) => Promise<void>}
 */
async function removeOrphans(root, paths) {
  const kept = new Set(paths.flatMap((path) => [outputOf(path), `${outputOf(path)}.map`]));
  const found = await Promise.all(FOLDERS.map((folder) => filesBelow(root, join('dist', folder))));
  const orphans = found.flat().filter((path) => !kept.has(path));
  await Promise.all(orphans.map((path) => rm(join(root, path), { force: true })));
}

/** @type {(root: string) => Promise<void>} */
async function compile(root) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const child = spawn(process.execPath, [tsc, '-p', root, '--pretty', 'false'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0)
    throw new SetUpFailure(`the sources do not compile; correct them and start again:\n${output.trimEnd()}`);
}
