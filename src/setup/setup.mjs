// @ts-check
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIsRight, ensureBuild } from './build.mjs';
import { dependenciesAreRight, ensureDependencies } from './dependencies.mjs';
import { explain, SetUpFailure } from './failure.mjs';
import { alone } from './lock.mjs';
import { ensureModels, modelsAreRight } from './models.mjs';
import { createReport, seconds } from './report.mjs';

const OLDEST_NODE = 20;

/** The checkout this file belongs to. */
export const rootDir = fileURLToPath(new URL('../..', import.meta.url));

/** The program itself, once it is built. */
export const mainUrl = new URL('../../dist/src/cli/main.js', import.meta.url);

/** @type {() => void} */
function checkNode() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return;
  throw new SetUpFailure(`Node.js ${process.versions.node} is too old: install version ${OLDEST_NODE} or newer.`);
}

/**
 * Whether the program can be started as it is. Models are the business of those who load them.
 * @type {(root?: string) => Promise<boolean>}
 */
export const isBuilt = async (root = rootDir) => (await dependenciesAreRight(root)) && (await buildIsRight(root));

/** @type {(root: string) => Promise<boolean>} */
const nothingToDo = async (root) => (await isBuilt(root)) && (await modelsAreRight(join(root, 'models')));

/**
 * Makes a checkout ready to run: dependencies from the lock file, models by hash, build. What is done is skipped.
 * Tells everything on stderr; `quiet` leaves out the line that says there was nothing to do.
 * @param {{ quiet?: boolean, root?: string, report?: import('./report.mjs').Report }} [options]
 * @throws {SetUpFailure}
 */
export async function setUp({ quiet = false, root = rootDir, report = createReport() } = {}) {
  const started = performance.now();
  checkNode();
  if (!(await nothingToDo(root))) {
    await alone(root, report, async () => {
      await ensureDependencies(root, report);
      await ensureModels(join(root, 'models'), report);
      await ensureBuild(root, report);
    });
  }
  if (!quiet) report.line(`ready (${seconds(performance.now() - started)})`);
}

/**
 * Runs a step of a script; a failure is one sentence on stderr and exit code 1, never a stack trace.
 * @type {(work: () => Promise<void>) => Promise<void>}
 */
export async function orExplain(work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`set-up failed: ${explain(error)}\n`);
    process.exit(1);
  }
}

/** Whether the program was started with this file. @type {(url: string) => boolean} */
export const isMain = (url) => {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === realpathSync(fileURLToPath(url));
};

if (isMain(import.meta.url)) await orExplain(() => setUp());
