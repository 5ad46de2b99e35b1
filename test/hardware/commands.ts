import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { NeedMissing } from './needs.js';

const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
const LAST_LINES = 15;

/**
 * Runs a program to its end.
 * @returns what it printed on stdout
 * @throws Error with the last lines that it printed, when it fails
 */
export async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', PATH, ...env },
  });
  let stdout = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (all += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (code === 0) return stdout;
  const said = all.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  throw new Error(`${program} ${args.join(' ')} ended with ${signal ?? code}:\n${said}`);
}

/** As `run`, with the rights that a root file system takes: its files belong to root. */
export async function runAsRoot(program: string, args: readonly string[]): Promise<string> {
  if (process.getuid?.() === 0) return run(program, args);
  try {
    await run('sudo', ['-n', 'true']);
  } catch {
    throw new NeedMissing(
      'the file system of the virtual machine is made by root: start this once as root or with sudo',
    );
  }
  return run('sudo', ['-n', 'env', `PATH=${PATH}`, 'LC_ALL=C', program, ...args]);
}
