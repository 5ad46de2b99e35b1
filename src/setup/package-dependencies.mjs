// @ts-check
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { filesBelow, readJson } from './files.mjs';

/** Needed to install or compile a package, or by an editor; never by a running kiosk. */
const NOT_AT_RUN_TIME = new Set([
  ...['node-gyp', 'prebuild-install', 'node-addon-api', 'nan', 'tar'],
  // onnxruntime-node downloads CUDA libraries with these.
  ...['adm-zip', 'global-agent'],
]);

/** @typedef {{ version: string, license?: string, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} Locked */

/**
 * Where Node finds `name` from a package that lies at `from`.
 * @type {(lock: Record<string, Locked>, from: string, name: string) => string | undefined}
 */
function find(lock, from, name) {
  for (let at = from; ; at = at.slice(0, at.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
    const path = at ? `${at}/node_modules/${name}` : `node_modules/${name}`;
    if (lock[path]) return path;
    if (!at) return undefined;
  }
}

/**
 * The packages that a kiosk needs at run time, as paths below `root`, with what the lock file says of each.
 * @type {(root: string) => Promise<Map<string, Locked>>}
 */
export async function runtimePackages(root) {
  /** @type {Record<string, Locked>} */
  const lock = (await readJson(join(root, 'package-lock.json'))).packages;
  /** @type {Map<string, Locked>} */
  const found = new Map();
  const queue = [''];
  for (let from = queue.pop(); from !== undefined; from = queue.pop()) {
    const { dependencies = {}, optionalDependencies = {} } = lock[from] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const path = find(lock, from, name);
      const locked = path && lock[path];
      if (!path || !locked || found.has(path) || NOT_AT_RUN_TIME.has(name) || name.startsWith('@types/')) continue;
      // Optional ones are there only on the platform they are for.
      if (!existsSync(join(root, path))) continue;
      found.set(path, locked);
      queue.push(path);
    }
  }
  return found;
}

const NEVER =
  /\.(map|d\.[cm]?ts|[cm]?ts|tsx|flow|gyp|gypi|c|cc|cpp|h|hpp|o|a|mk|md|markdown|yml|yaml|html|tsbuildinfo)$/i;
/** Tests, and what tools leave beside them. */
const LITTER = /^\.|^tests?\.[cm]?js$|[._-](test|spec)\.[cm]?js$/;
const LEGAL = /^(licen[cs]e|copying|notice|copyright|authors|third.?party)/i;
const FOLDERS = new Set([
  ...['test', 'tests', '__tests__', 'example', 'examples', 'doc', 'docs', 'benchmark', 'benchmarks', 'coverage'],
  ...['.github', '.bin', 'node_modules', 'obj.target', '.deps'],
]);

/** Of single packages: sources that were compiled, and what is for a browser or for another way to import it. */
const OF_PACKAGES = [
  /^sqlite3\/(deps|src|build\/deps|build\/Release\/obj)\//,
  /^node-webcam\/src\/bindings\//,
  /^epoll\/src\//,
  /^koffi\/(vendor|lib)\//,
  /^onnxruntime-node\/(lib|script)\//,
  /^mqtt\/dist\//,
  /^@tensorflow\/tfjs-[^/]+\/dist\/(?!tf-[^/]+\.node\.js$)/,
  /^zod\/.*\.cjs$/,
];

/** `@scope/name/…` or `name/…` @type {(path: string) => string} */
const inPackage = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Native code for other machines. @type {(path: string) => boolean} */
function isForeign(path) {
  const { platform, arch } = process;
  const own = (/** @type {string} */ name) => name.split('-').includes(platform) && name.includes(arch);
  const [, engine] = /^onnxruntime-node\/bin\/napi-v\d+\/(\w+\/\w+)\//.exec(path) ?? [];
  if (engine) return engine !== `${platform}/${arch}`;
  const [, prebuilt] = /^@serialport\/bindings-cpp\/prebuilds\/([^/]+)\//.exec(path) ?? [];
  if (prebuilt) return !own(prebuilt) || path.includes('musl');
  return /^@koromix\/[^/]+\/musl_/.test(path);
}

/** Whether a file of a package is of use to a running kiosk. @type {(path: string) => boolean} */
export function isNeeded(path) {
  const file = inPackage(path);
  if (isForeign(file)) return false;
  if (LEGAL.test(basename(file))) return true;
  const folders = file.split('/').slice(file.startsWith('@') ? 2 : 1, -1);
  return (
    !NEVER.test(file) &&
    !LITTER.test(basename(file)) &&
    !folders.some((folder) => FOLDERS.has(folder)) &&
    !OF_PACKAGES.some((pattern) => pattern.test(file))
  );
}

/**
 * The files of a kiosk's packages, as paths below `root`.
 * @type {(root: string) => Promise<string[]>}
 */
export async function runtimeFiles(root) {
  const packages = [...(await runtimePackages(root)).keys()];
  const files = await Promise.all(
    packages.map(async (path) => {
      const own = (/** @type {string} */ file) => !file.slice(path.length).includes('/node_modules/');
      return (await filesBelow(root, path)).filter((file) => own(file) && isNeeded(file));
    }),
  );
  return files.flat();
}
