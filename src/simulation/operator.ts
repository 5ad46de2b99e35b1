import { hasEnded, Reply, type Command, type CommandName, type CommandStatus } from '../fleet/commands.js';
import { parseJson, type EventData } from '../fleet/messages.js';
import { OUT_OF_SERVICE } from '../kiosk/health.js';
import { COMMAND } from '../kiosk/operators-commands.js';
import type { OrderPlan } from './plan.js';
import { AGAIN_MS, type Afar } from './world.js';

/** A kiosk that was taken out of service is let in again after so long. */
const CLOSED_MS = 20_000;
/** Longer than a disk is slow. */
const SLOW_MS = 60_000;
const LONG_MS = 3_600_000;

/** In the order in which a command has them. */
const RANK: Readonly<Record<CommandStatus, number>> = {
  ...{ accepted: 0, running: 1 },
  ...{ succeeded: 2, failed: 2, expired: 2, rejected: 2 },
};

/** A command, and all that is known of it. */
interface Order {
  readonly command: Command;
  /** Of the kiosk's clock, when it was given. */
  readonly offset: number;
  /** How often it was begun. */
  begun: number;
  /** As the kiosk's answer has it, and its event. */
  answered?: CommandStatus;
  ended?: CommandStatus;
}

/**
 * Who steers the kiosk from afar, and says each thing until it is answered to the end. Whatever is wanted is done once or
 * not at all, in time, between visits, and comes to one end.
 */
export class Operator {
  readonly #world: Afar;
  readonly #orders = new Map<string, Order>();
  /** What is wanted and was not answered to the end. */
  #open = 0;
  /** When the disk was slow last: between deciding that a command is not late and having that written down, time may pass. */
  #slowAt = -Infinity;

  constructor(world: Afar) {
    this.#world = world;
  }

  /** Something may happen to the kiosk between two customers. */
  get isBusy(): boolean {
    return this.#open > 0;
  }

  /** Nobody is served because an operator does not want it. */
  get isKeptClosed(): boolean {
    return this.#world.disk.books.kept.has(OUT_OF_SERVICE);
  }

  /** In the course of a visit. */
  plan({ type, afterMs, lastsMs, whenIdle }: OrderPlan): void {
    this.#open += 1;
    this.#world.time.after(afterMs, () => this.#give(type, lastsMs, whenIdle));
  }

  #give(type: CommandName, lastsMs: number, whenIdle: boolean): void {
    const { time, note } = this.#world;
    const now = time.now + time.wallOffset;
    const id = `00000000-0000-4000-8000-${String(this.#orders.size).padStart(12, '0')}`;
    const [issuedAt, deadline] = [now, now + lastsMs].map((at) => new Date(at).toISOString()) as [string, string];
    const command = { id, type, issuedAt, deadline, whenIdle, by: 'simulation', args: {} };
    note(`operator ${type}`);
    const order = { command, offset: time.wallOffset, begun: 0 };
    this.#orders.set(id, order);
    this.#send(order, JSON.stringify(command));
  }

  #send(order: Order, payload: string): void {
    if (order.answered) return;
    const { time, network } = this.#world;
    network.order(payload);
    time.after(AGAIN_MS, () => this.#send(order, payload));
  }

  /** The kiosk does it now. */
  onBegun(id: string): void {
    const { time, invariants, violate, note } = this.#world;
    const order = this.#orders.get(id);
    if (!order) return violate('a command is carried out that nobody gave');
    note(`begins ${order.command.type}`);
    order.begun += 1;
    if (order.begun > 1) violate('a command is carried out twice');
    if (this.#kept(id) !== 'running') violate('a command is carried out before that is written down');
    if (invariants.isServing) violate('a command is carried out while somebody is served');
    const isUsual = time.wallOffset === order.offset && time.now - this.#slowAt > SLOW_MS;
    if (isUsual && time.now + time.wallOffset >= Date.parse(order.command.deadline))
      violate('a command is carried out after its deadline');
  }

  onSlowDisk(): void {
    this.#slowAt = this.#world.time.now;
  }

  /** The program ends to begin anew. */
  onRestart(): void {
    for (const [id, { command }] of this.#orders)
      if (command.type === 'restart' && this.#kept(id) === 'running') this.onBegun(id);
  }

  /** The kiosk is about to say how far a command is. */
  onSaid(payload: string): void {
    const { violate } = this.#world;
    const { command, status } = Reply.parse(parseJson(payload));
    const kept = this.#kept(command);
    const isKept = kept !== undefined && (hasEnded(status) ? kept === status : RANK[kept] >= RANK[status]);
    if (!isKept) violate(`a command is said to be ${status} before that is written down`);
  }

  /** What was said arrives. */
  onReply(payload: string): void {
    const { command, status, reason } = Reply.parse(parseJson(payload));
    const order = this.#orders.get(command);
    if (!order || !hasEnded(status)) return;
    this.#world.note(`command ${order.command.type} ${status} ${reason ?? ''}`);
    if (order.answered && order.answered !== status) this.#world.violate('a command is said to end in two ways');
    if (order.answered) return;
    order.answered = status;
    const { type } = order.command;
    // How far one came that was cut off nobody knows.
    const isWanted = type === 'out-of-service' || (type === 'in-service' && status !== 'succeeded');
    if (isWanted) this.#world.time.after(CLOSED_MS, () => this.#give('in-service', LONG_MS, true));
    else this.#open -= 1;
  }

  /** The carrier has taken the event into its books. */
  onEnded({ command, status, type }: EventData<'command.ended'>): void {
    const { violate } = this.#world;
    const order = this.#orders.get(command);
    if (!order) return;
    if (order.ended) violate('a command ends twice');
    order.ended = status;
    // A restart that was cut off is one as well.
    if (status === 'succeeded' && order.begun === 0 && type !== 'restart')
      violate('a command succeeds that nobody carried out');
    if ((status === 'expired' || status === 'rejected') && order.begun > 0)
      violate(`a command is ${status} that was carried out`);
  }

  /** At the end, when everything was delivered. */
  conclude(): void {
    const { violate } = this.#world;
    for (const { answered, ended } of this.#orders.values()) {
      if (answered === undefined || ended === undefined) violate('nobody hears what became of a command');
      else if (answered !== ended) violate('a command ends in one way by its answer, in another by its event');
    }
  }

  /** How far it is by what is durable. */
  #kept(id: string): CommandStatus | undefined {
    const text = this.#world.disk.books.kept.get(COMMAND + id);
    return text === undefined ? undefined : (parseJson(text) as { status: CommandStatus }).status;
  }
}
