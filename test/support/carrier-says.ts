import type { Bench } from './bench.js';
import { Command } from './process.js';

/** What a command at the desk of the bench's carrier prints. */
export async function carrierSays(
  bench: Bench,
  ...args: readonly string[]
): Promise<Readonly<Record<string, unknown>>> {
  const command = new Command(['carrier', ...args, '--dir', `${bench.dir}/carrier`, '--json']);
  bench.commands.push(command);
  await command.exited;
  return command.json() as Readonly<Record<string, unknown>>;
}
