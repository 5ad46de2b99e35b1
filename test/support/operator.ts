import { randomUUID } from 'node:crypto';
import type { Configuration, Order, Orders } from '../../src/carrier/orders.js';
import { VIRTUAL_KIOSK } from '../../src/cli/virtual-config.js';
import type { Command, CommandStatus } from '../../src/fleet/commands.js';
import type { Settings } from '../../src/fleet/configuration.js';
import type { ConfigStatus } from '../../src/fleet/messages.js';
import type { Bench } from './bench.js';

type Changes = Partial<Omit<Command, 'type'>>;

/** An operator of the carrier of a bench. */
export class Operator {
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** Gives a command; by default it is for the next ten minutes, and waits for the end of a visit. @returns its id */
  async give(type: string, changes: Changes = {}): Promise<string> {
    const now = Date.now();
    const command = {
      ...{ id: randomUUID(), type, by: 'anna', whenIdle: true, args: {} },
      ...{ issuedAt: new Date(now).toISOString(), deadline: new Date(now + 600_000).toISOString() },
      ...changes,
    };
    await this.#bench.world.carrier.orders.give(VIRTUAL_KIOSK, command);
    return command.id;
  }

  /** Resolves when the kiosk has answered to the end. */
  async answered(id: string): Promise<Order | undefined> {
    return this.#when(id, ({ answered }) => answered);
  }

  /** Resolves when the kiosk has said that the command is as far as that. */
  async is(id: string, status: CommandStatus): Promise<Order | undefined> {
    return this.#when(id, (order) => order.status === status);
  }

  /** Gives a command and waits for its end. */
  async ask(type: string, changes?: Changes): Promise<Order | undefined> {
    return this.answered(await this.give(type, changes));
  }

  /** Says which settings the kiosk is to have, and waits for its report that it has them, or does not take them. */
  async configure(settings: Settings): Promise<Configuration | undefined> {
    await this.desire(settings);
    return this.reported('applied', 'refused', 'rolled-back');
  }

  async desire(settings: Settings): Promise<void> {
    await this.#bench.world.carrier.orders.desire(VIRTUAL_KIOSK, settings, Date.now());
  }

  /** Resolves when the newest settings are as far as one of these, as an event or a report says. */
  configured(...statuses: readonly ConfigStatus[]): Promise<Configuration | undefined> {
    return this.#settings((now) => statuses.some((status) => status === now.status));
  }

  /** Resolves when the kiosk has reported that the newest settings are as far as one of these. */
  reported(...statuses: readonly ConfigStatus[]): Promise<Configuration | undefined> {
    return this.#settings(
      ({ desired, report }) =>
        report?.version === desired.version && statuses.some((status) => status === report.status),
    );
  }

  #settings(holds: (now: Configuration) => boolean): Promise<Configuration | undefined> {
    const { orders } = this.#bench.world.carrier;
    return until(
      orders,
      () => orders.configuration(VIRTUAL_KIOSK),
      (now) => now !== undefined && holds(now),
    );
  }

  #when(id: string, holds: (order: Order) => boolean): Promise<Order | undefined> {
    const { orders } = this.#bench.world.carrier;
    return until(
      orders,
      () => orders.find(id),
      (order) => order !== undefined && holds(order),
    );
  }
}

/** Resolves with what is in the books once it is so, looked at after each word of a kiosk. */
function until<T>(orders: Orders, find: () => Promise<T>, holds: (found: T) => boolean): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      find()
        .then((found) => {
          if (!holds(found)) return;
          remove();
          resolve(found);
        })
        .catch(reject);
    };
    const remove = orders.onChange(look);
    look();
  });
}
