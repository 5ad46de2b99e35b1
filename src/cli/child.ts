import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootDir } from '../lib/paths.js';

const MAIN = join(rootDir, 'dist/src/cli/main.js');

/** A command of this program in a process of its own; what it says goes to a log file. */
export class Child {
  readonly #child: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;

  constructor(args: readonly string[], logFile: string) {
    const out = openSync(logFile, 'a', 0o600);
    this.#child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', out, out], detached: true });
    closeSync(out);
    // Not in the terminal's group, so that Ctrl-C reaches it only through us; in return it must not outlive us.
    const orphaned = (): void => void this.#child.kill('SIGKILL');
    process.once('exit', orphaned);
    this.ended = once(this.#child, 'exit').then(([code, signal]) => {
      process.off('exit', orphaned);
      return (code ?? signal) as number | NodeJS.Signals;
    });
  }

  /** Resident memory, megabytes; undefined when the process is gone. */
  residentMb(): number | undefined {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
      return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024);
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended;
  }
}
