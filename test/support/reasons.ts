import { connectAsync } from 'mqtt';
import type { Test } from 'tap';
import { parseJson } from '../../src/fleet/messages.js';
import { KioskState } from '../../src/fleet/presence.js';
import { Listeners } from '../../src/lib/listeners.js';
import type { Bench } from './bench.js';
import { holds } from './device-state.js';
import { Command } from './process.js';
import { saidBy } from './signed.js';

/** Resolves once operators are told that the kiosk is there and sells nothing, and why. */
export async function operatorsHear(t: Test, bench: Bench, reason: string): Promise<void> {
  const client = await connectAsync(bench.world.brokerUrl);
  t.teardown(() => client.endAsync(true));
  const heard: string[] = [];
  const changed = new Listeners();
  client.on('message', (_topic, payload) => {
    const state = KioskState.safeParse(parseJson(saidBy(payload.toString())));
    if (!state.success || !state.data.online || state.data.sellable) return;
    heard.push(...state.data.reasons);
    changed.emit();
  });
  await client.subscribeAsync('sk/v1/+/up/state', { qos: 1 });
  await holds(
    (look) => changed.add(look),
    () => heard.includes(reason),
  );
}

/** What a technician's command ends with, and what it prints. */
export async function asked(bench: Bench, ...args: readonly string[]): Promise<{ code: unknown; said: unknown }> {
  const command = new Command([...args, '--json', '--config', bench.world.configFile]);
  const code = await command.exited;
  return { code, said: command.json() };
}
