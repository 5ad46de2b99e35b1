import type { Envelope } from '../contracts/link.js';
import { KioskError } from '../errors.js';
import { Command, type Reply } from '../fleet/commands.js';
import { Desired, type ConfigReport } from '../fleet/configuration.js';
import { fitting } from '../fleet/fitting.js';
import { kioskTopics } from '../fleet/topics.js';
import { Listeners } from '../lib/listeners.js';

/** What passes between the kiosk and the carrier's operators. Nothing here is sent again: whoever has no answer asks anew. */
export class OperatorsLine {
  readonly #topics;
  readonly #post: (envelope: Envelope) => void;
  readonly #commands = new Listeners<[Command]>();
  readonly #desired = new Listeners<[Desired]>();
  readonly #met = new Listeners();

  constructor(kiosk: string, post: (envelope: Envelope) => void) {
    this.#topics = kioskTopics(kiosk);
    this.#post = post;
  }

  /** What operators speak on. */
  get topics(): readonly string[] {
    return [this.#topics.command, this.#topics.desired];
  }

  onCommand(listener: (command: Command) => void): () => void {
    return this.#commands.add(listener);
  }

  onDesired(listener: (desired: Desired) => void): () => void {
    return this.#desired.add(listener);
  }

  /** The carrier has answered on a new connection. */
  onMet(listener: () => void): () => void {
    return this.#met.add(listener);
  }

  reply(reply: Reply): void {
    this.#post({ topic: this.#topics.reply, payload: JSON.stringify(reply), qos: 1, retain: false });
  }

  report(report: ConfigReport): void {
    this.#post({ topic: this.#topics.config, payload: JSON.stringify(report), qos: 1, retain: true });
  }

  meet(): void {
    this.#met.emit();
  }

  /** @throws `fleet.bad-message`, `fleet.wrong-topic` */
  take(topic: string, json: unknown): void {
    if (topic === this.#topics.command) this.#commands.emit(fitting(Command, json));
    else if (topic === this.#topics.desired) this.#desired.emit(fitting(Desired, json));
    else throw new KioskError('fleet.wrong-topic');
  }

  close(): void {
    for (const listeners of [this.#commands, this.#desired, this.#met]) listeners.clear();
  }
}
