import { randomUUID } from 'node:crypto';
import type { Order } from '../../src/carrier/orders.js';
import { VIRTUAL_KIOSK } from '../../src/cli/virtual-config.js';
import type { Command, CommandStatus } from '../../src/fleet/commands.js';
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
  async answered(id: string): Promise<Order> {
    return this.#when(id, ({ answered }) => answered);
  }

  /** Resolves when the kiosk has said that the command is as far as that. */
  async is(id: string, status: CommandStatus): Promise<Order> {
    return this.#when(id, (order) => order.status === status);
  }

  /** Gives a command and waits for its end. */
  async ask(type: string, changes?: Changes): Promise<Order> {
    return this.answered(await this.give(type, changes));
  }

  #when(id: string, holds: (order: Order) => boolean): Promise<Order> {
    const { orders } = this.#bench.world.carrier;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        orders
          .find(id)
          .then((order) => {
            if (!order || !holds(order)) return;
            remove();
            resolve(order);
          })
          .catch(reject);
      };
      const remove = orders.onReply(look);
      look();
    });
  }
}
