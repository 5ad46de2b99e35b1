import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { rootDir } from '../../../src/lib/paths.js';
import { newSim } from './gpio-bench.js';
import type { GpioSim } from './gpio-sim.js';

const HOLDER = fileURLToPath(new URL('gpio-holder.js', import.meta.url));
const SAFE_OFF = join(rootDir, 'systemd/safe-off');

export interface Holder {
  readonly sim: GpioSim;
  readonly label: string;
  readonly path: string;
  readonly pid: number;
  /** `kill -9` */
  readonly kill: () => Promise<void>;
  readonly safeOff: () => Promise<{ readonly code: number; readonly stderr: string; readonly ms: number }>;
}

/** Another process that has the motor on (and `other`, active-low), and a child of its own that outlives it. */
export async function startHolder(t: Test, driver: string): Promise<Holder> {
  const { sim, label } = newSim();
  const path = sim.path;
  const file = join(t.testdir(), 'safe-off');
  const child = spawn(process.execPath, [HOLDER, driver, path, label, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const grandchild = Number(/^on (\d+)/.exec(said.toString())?.[1]);
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exited;
    process.kill(grandchild, 'SIGKILL');
    sim.remove();
  });
  return {
    sim,
    label,
    path,
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    safeOff: () => runSafeOff(file),
  };
}

function runSafeOff(file: string): ReturnType<Holder['safeOff']> {
  const started = performance.now();
  return new Promise((resolve) => {
    execFile(SAFE_OFF, [file], (error, _stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, stderr, ms: performance.now() - started });
    });
  });
}
