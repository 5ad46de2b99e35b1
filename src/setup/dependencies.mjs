// @ts-check
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, readJson, sha256, writeWhole } from './files.mjs';
import { remedyFor, SetUpFailure } from './failure.mjs';
import { seconds } from './report.mjs';

const PROGRESS_MS = 10_000;

/** Inside node_modules, so that it goes with it. @type {(root: string) => string} */
const stampOf = (root) => join(root, 'node_modules', '.simkiosk-set-up');

/** @type {(root: string) => Promise<string>} */
async function wanted(root) {
  const lock = await readIfThere(join(root, 'package-lock.json'));
  if (!lock) throw new SetUpFailure('package-lock.json is missing: restore it from the repository.');
  return `${sha256(lock)} ${process.platform}-${process.arch}\n`;
}

/** @type {(root: string) => Promise<boolean>} */
export async function dependenciesAreRight(root) {
  const stamp = await readIfThere(stampOf(root));
  return stamp?.toString('utf8') === (await wanted(root));
}

/**
 * What somebody installed by hand is left alone when npm's own record of it agrees with the lock file.
 * @type {(root: string) => Promise<boolean>}
 */
async function installedByHand(root) {
  const lock = (await readJson(join(root, 'package-lock.json')))?.packages ?? {};
  const found = (await readJson(join(root, 'node_modules', '.package-lock.json')))?.packages;
  if (!found) return false;
  return Object.entries(lock).every(([path, { integrity, optional }]) => {
    if (path === '') return true;
    return found[path] ? found[path].integrity === integrity : optional === true;
  });
}

/**
 * Folders that npm is going to fill.
 * @type {(root: string) => Promise<string[]>}
 */
async function packagesOfThisMachine(root) {
  const lock = (await readJson(join(root, 'package-lock.json')))?.packages ?? {};
  return Object.entries(lock)
    .filter(
      ([path, { os, cpu }]) =>
        path && (os ?? [process.platform]).includes(process.platform) && (cpu ?? [process.arch]).includes(process.arch),
    )
    .map(([path]) => path);
}

/**
 * Installs exactly what package-lock.json names, unless that is there.
 * @param {string} root
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<boolean>} whether something was done
 */
export async function ensureDependencies(root, report) {
  if (await dependenciesAreRight(root)) return false;
  if (!(await installedByHand(root))) {
    const done = report.begin('dependencies');
    const names = await packagesOfThisMachine(root);
    report.line(`dependencies: installing ${names.length} packages (the first time takes a minute or more)`);
    const started = performance.now();
    const timer = setInterval(() => {
      const there = names.filter((name) => existsSync(join(root, name, 'package.json'))).length;
      const what = there > 0.9 * names.length ? ', compiling native modules' : '';
      report.line(`dependencies ${there}/${names.length}${what}, ${seconds(performance.now() - started)} so far`);
    }, PROGRESS_MS);
    try {
      await rm(stampOf(root), { force: true });
      await npmCi(root);
    } finally {
      clearInterval(timer);
    }
    done('installed');
  }
  await writeWhole(stampOf(root), await wanted(root));
  return true;
}

/**
 * `--include=dev`: the compiler and the model fetcher are development dependencies, whatever NODE_ENV says.
 * @type {(root: string) => Promise<void>}
 */
async function npmCi(root) {
  const script = process.env['npm_execpath'];
  const npm = script?.endsWith('npm-cli.js') ? [process.execPath, script] : ['npm'];
  const args = [
    ...npm.slice(1),
    'ci',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--fetch-retry-maxtimeout=10000',
  ];
  const child = spawn(String(npm[0]), args, {
    cwd: root,
    // onnxruntime-node would download CUDA libraries, which nobody needs here; older npm versions ignore `allowScripts`.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => {
    child.on('error', () => reject(new SetUpFailure('npm cannot be started: install npm, which comes with Node.js.')));
    child.on('close', resolve);
  });
  if (code === 0) return;
  const complaints = [
    ...output.matchAll(/^npm (?:error|ERR!) (?!code|syscall|errno|path|command|A complete log)(.*\S.*)$/gm),
  ];
  const detail = complaints[0]?.[1] ?? `npm ended with ${code}`;
  throw new SetUpFailure(`npm ci failed: ${remedyFor(output) ?? 'see the log that npm names'} (${detail}).`);
}
