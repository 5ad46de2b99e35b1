import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { MqttFrames } from './mqtt-frames.js';

/** Packet types of MQTT (§2.1.2). */
const PUBACK = 4;

/** A network between kiosk and broker that can be told to misbehave. */
export class Proxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Acknowledgements of the broker are lost on the way. */
  withholdsAcks = false;
  /** Nothing gets through, and neither end is told: a half-open connection. */
  swallows = false;
  /** How many acknowledgements were withheld. */
  withheld = 0;

  private constructor(brokerPort: number) {
    this.#server = createServer((kiosk) => this.#join(kiosk, connect(brokerPort, '127.0.0.1')));
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
    for (const [socket, other] of [
      [kiosk, broker],
      [broker, kiosk],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    kiosk.on('data', (bytes: Buffer) => {
      if (!this.swallows) broker.write(bytes);
    });
    const frames = new MqttFrames();
    broker.on('data', (bytes: Buffer) => {
      for (const frame of frames.take(bytes)) {
        if (this.swallows) continue;
        if (this.withholdsAcks && (frame[0] ?? 0) >> 4 === PUBACK) this.withheld += 1;
        else kiosk.write(frame);
      }
    });
  }
}
