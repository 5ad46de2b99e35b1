import type { CarrierLink, Envelope, LinkHello } from '../../src/contracts/link.js';
import { FromLink, type ToLink } from '../../src/contracts/link-socket.js';
import { Health } from '../../src/lib/health.js';
import { Listeners } from '../../src/lib/listeners.js';
import { LineConnection, listenOn } from '../../src/lib/socket.js';

interface Options {
  readonly name: string;
  /** Path of the Unix socket on which the device process waits for the network process. */
  readonly socket: string;
}

/** The device process's end of the socket to the network process; the newest connection counts. */
export async function createUnixLink(
  { name, socket }: Options,
  hello: () => Promise<LinkHello>,
  onError: (error: unknown) => void,
): Promise<CarrierLink> {
  const health = new Health('link.down');
  const up = new Listeners();
  const published = new Listeners<[number]>();
  const messages = new Listeners<[string, string]>();
  let current: LineConnection | undefined;
  let certificateUntil: number | undefined;

  const greet = async (connection: LineConnection): Promise<void> => {
    send(connection, { type: 'hello', hello: await hello() });
  };

  const take = (connection: LineConnection, message: unknown): void => {
    const parsed = FromLink.safeParse(message);
    if (!parsed.success) return connection.close();
    const { data } = parsed;
    switch (data.type) {
      case 'hello-request':
        greet(connection).catch((error: unknown) => {
          connection.close();
          onError(error);
        });
        break;
      case 'up':
        health.set(undefined);
        up.emit();
        break;
      case 'down':
        health.set(data.reason);
        break;
      case 'certificate':
        certificateUntil = data.until;
        break;
      case 'published':
        published.emit(data.seq);
        break;
      case 'message':
        messages.emit(data.topic, data.payload);
        break;
    }
  };

  const server = await listenOn(socket, (stream) => {
    current?.close();
    const connection = new LineConnection(stream);
    current = connection;
    health.set('fleet.broker-unreachable');
    connection.onMessage((message) => {
      if (connection === current) take(connection, message);
    });
    connection.onClose(() => {
      if (connection !== current) return;
      current = undefined;
      health.set('link.down');
    });
  });

  return {
    name,
    fault: () => health.fault,
    onChange: (listener) => health.onChange(listener),
    certificateUntil: () => certificateUntil,
    publish(envelope: Envelope) {
      if (current) send(current, { type: 'publish', envelope });
    },
    onUp: (listener) => up.add(listener),
    onPublished: (listener) => published.add(listener),
    onMessage: (listener) => messages.add(listener),
    async close() {
      for (const listeners of [up, published, messages]) listeners.clear();
      health.close();
      await server.close();
    },
  };
}

function send(connection: LineConnection, message: ToLink): void {
  connection.send(message);
}
