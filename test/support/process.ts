import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { rootDir } from '../../src/lib/paths.js';

const MAIN = join(rootDir, 'dist/src/cli/main.js');

/** A command of simkiosk in a process of its own; everything it says is kept. */
export class Command {
  readonly #child: ChildProcess;
  readonly exited: Promise<number | NodeJS.Signals>;
  stdout = '';
  stderr = '';
  readonly #lookers = new Set<() => void>();

  constructor(args: readonly string[], options: { readonly prefix?: readonly string[]; readonly main?: string } = {}) {
    const [program, ...rest] = [...(options.prefix ?? []), process.execPath, options.main ?? MAIN, ...args];
    this.#child = spawn(program ?? process.execPath, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      for (const look of [...this.#lookers]) look();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.exited = once(this.#child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
    void this.exited.then(() => {
      for (const look of [...this.#lookers]) look();
    });
  }

  get pid(): number {
    return this.#child.pid ?? NaN;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Nobody reads what it says on stdout any more. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  /** Resolves once it has said so on stdout, or when the process ended. */
  says(text: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.stdout.includes(text) && this.running) return;
        this.#lookers.delete(look);
        resolve();
      };
      this.#lookers.add(look);
      look();
    });
  }

  /** Resolves after so many further steps of the transaction were logged, or when the process ended. */
  steps(count: number): Promise<void> {
    const all = (): number => this.stdout.split('"msg":"step"').length - 1;
    const until = all() + count;
    return new Promise((resolve) => {
      const look = (): void => {
        if (all() < until && this.running) return;
        this.#lookers.delete(look);
        resolve();
      };
      this.#lookers.add(look);
      look();
    });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | NodeJS.Signals> {
    if (this.running) this.#child.kill(signal);
    return this.exited;
  }

  /** The JSON object in the last line of stdout. */
  json(): unknown {
    return JSON.parse(this.stdout.trimEnd().split('\n').at(-1) ?? '');
  }
}
