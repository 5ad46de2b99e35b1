import { Command } from '../support/process.js';

/** What `simkiosk simulate --json` says. */
export interface Simulated {
  readonly transactions: number;
  readonly crashes: number;
  readonly crashesByState: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: readonly { readonly means: string }[];
  readonly digest: string;
}

/** Runs it in a process of its own. */
export async function simulated(...options: readonly string[]): Promise<Simulated> {
  const command = new Command(['simulate', '--json', ...options]);
  await command.exited;
  return command.json() as Simulated;
}
