import type { Bench } from './bench.js';
import { Command } from './process.js';

/** A technician's command beside the kiosk; what it printed as JSON. */
export async function ask(bench: Bench, ...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const command = new Command([...args, '--config', bench.world.configFile, '--json']);
  bench.commands.push(command);
  await command.exited;
  return command.json() as Readonly<Record<string, unknown>>;
}

/** The screen of a kiosk that is out of service for this reason. */
export const because = (reason: string) => (screen: { state: string; reason?: string }) =>
  screen.state === 'out-of-service' && screen.reason === reason;
