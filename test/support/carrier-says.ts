import type { Bench } from './bench.js';
import { Command } from './process.js';

/** A command at the desk of the bench's carrier; what it printed as JSON. */
export async function carrierSays(
  bench: Bench,
  ...args: readonly string[]
): Promise<Readonly<Record<string, unknown>>> {
  const command = new Command(['carrier', ...args, '--dir', `${bench.dir}/carrier`, '--json']);
  bench.commands.push(command);
  await command.exited;
  return command.json() as Readonly<Record<string, unknown>>;
}
