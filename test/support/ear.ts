import { connectAsync } from 'mqtt';
import type { Test } from 'tap';
import { readEvent, type KioskEvent } from '../../src/fleet/messages.js';
import { Listeners } from '../../src/lib/listeners.js';
import type { Bench } from './bench.js';
import { holds } from './device-state.js';
import { saidBy } from './signed.js';

type OfType<T extends KioskEvent['type']> = Extract<KioskEvent, { type: T }>;

/** Hears what the kiosk tells the carrier; a message that is sent again is one. */
export class Ear {
  readonly #heard = new Map<string, KioskEvent>();
  readonly #changed = new Listeners();

  static async listen(t: Test, bench: Bench): Promise<Ear> {
    const ear = new Ear();
    const client = await connectAsync(bench.world.brokerUrl);
    t.teardown(() => client.endAsync(true));
    client.on('message', (_topic, payload) => {
      const event = readEvent(saidBy(payload.toString()));
      if (!event) return;
      ear.#heard.set(event.id, event);
      ear.#changed.emit();
    });
    await client.subscribeAsync('#', { qos: 1 });
    return ear;
  }

  all<T extends KioskEvent['type']>(type: T): readonly OfType<T>['data'][] {
    return [...this.#heard.values()]
      .filter((event): event is OfType<T> => event.type === type)
      .map((event) => event.data as OfType<T>['data']);
  }

  /** Resolves when so many of a type were heard. */
  hears(type: KioskEvent['type'], count: number): Promise<void> {
    return holds(
      (look) => this.#changed.add(look),
      () => this.all(type).length >= count,
    );
  }
}
