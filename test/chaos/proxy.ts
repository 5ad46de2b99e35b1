import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { type Fate, fateOf, identifierOf, isPuback, isPublish, type Mischief, puback } from './mischief.js';
import { MqttFrames } from './mqtt-frames.js';

/** A network between kiosk and broker that can be told to misbehave. */
export class Proxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Acknowledgements of the broker are lost on the way. */
  withholdsAcks = false;
  /** Nothing gets through, and neither end is told: a half-open connection. */
  swallows = false;
  /** In both directions; each side is told that the other has its message. */
  mischief: Mischief | undefined;
  /** How many acknowledgements were withheld. */
  withheld = 0;
  readonly fates: Record<Fate, number> = { lost: 0, doubled: 0, delayed: 0 };

  private constructor(brokerPort: number) {
    this.#server = createServer({ noDelay: true }, (kiosk) => this.#join(kiosk, connect(brokerPort, '127.0.0.1')));
  }

  static async start(brokerPort: number): Promise<Proxy> {
    const proxy = new Proxy(brokerPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Every connection breaks, without a goodbye. */
  sever(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.sever();
    await once(this.#server, 'close');
  }

  #join(kiosk: Socket, broker: Socket): void {
    const ways = [new Way(kiosk, broker), new Way(broker, kiosk)] as const;
    for (const [way, opposite] of [ways, [...ways].reverse()] as [Way, Way][]) {
      const { from } = way;
      this.#sockets.add(from);
      from.on('error', () => from.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        way.close();
      });
      from.on('data', (bytes: Buffer) => {
        for (const packet of way.frames.take(bytes)) {
          if (this.swallows) continue;
          if (isPuback(packet) && opposite.isSurplus(packet)) continue;
          if (this.withholdsAcks && from === broker && isPuback(packet)) this.withheld += 1;
          else this.#pass(packet, way);
        }
      });
    }
  }

  #pass(packet: Buffer, way: Way): void {
    const fate = this.mischief && isPublish(packet) ? fateOf(this.mischief) : undefined;
    if (fate) this.fates[fate] += 1;
    if (fate === 'lost') way.lose(packet);
    else if (fate === 'delayed') way.delay(packet, (this.mischief?.random() ?? 0) * (this.mischief?.latestMs ?? 0));
    else way.send(packet, fate === 'doubled');
  }
}

/** One direction of a connection. */
class Way {
  readonly frames = new MqttFrames();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Identifiers of messages that were sent twice and will be acknowledged twice. */
  readonly #doubled = new Set<number>();

  constructor(
    readonly from: Socket,
    readonly to: Socket,
  ) {}

  send(packet: Buffer, twice: boolean): void {
    this.to.write(packet);
    const identifier = identifierOfPublish(packet);
    if (!twice) return;
    if (identifier !== undefined) this.#doubled.add(identifier);
    this.to.write(packet);
  }

  /** The sender believes that it was taken. */
  lose(packet: Buffer): void {
    const identifier = identifierOfPublish(packet);
    if (identifier !== undefined) this.from.write(puback(identifier));
  }

  delay(packet: Buffer, ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.to.write(packet);
    }, ms);
    this.#timers.add(timer);
  }

  /** Whether this acknowledges, for the first time, what was sent twice: the sender knows of one message only. */
  isSurplus(acknowledgement: Buffer): boolean {
    return this.#doubled.delete(identifierOf(acknowledgement) ?? NaN);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.to.destroy();
  }
}

const identifierOfPublish = (packet: Buffer): number | undefined =>
  isPublish(packet) ? identifierOf(packet) : undefined;
