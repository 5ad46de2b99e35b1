// @ts-check
import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_AGAIN_MS = 200;
const ALIVE_MS = 1_000;
/** The holder was killed when it has not shown itself for so long. (Its process number may be somebody else's by now.) */
const DEAD_MS = 10_000;

/**
 * One set-up at a time in one checkout: programs started side by side (emulate, run, link) wait for the first.
 * @template T
 * @param {string} root
 * @param {import('./report.mjs').Report} report
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(root, report, work) {
  const path = join(root, '.simkiosk', 'set-up.lock');
  await mkdir(dirname(path), { recursive: true });
  for (let told = false; !(await take(path)); told = true) {
    if (!told) report.line('waiting for another set-up of this folder to end');
    await wait(LOOK_AGAIN_MS);
  }
  const timer = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), ALIVE_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await rm(path, { force: true });
  }
}

/** @type {(path: string) => Promise<boolean>} */
async function take(path) {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code !== 'EEXIST') throw error;
    const shown = await stat(path).catch(() => undefined);
    if (shown && Date.now() - shown.mtimeMs > DEAD_MS) await rm(path, { force: true });
    return false;
  }
}
