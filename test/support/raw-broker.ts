import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Test } from 'tap';

/** A control packet of a client, as far as tests look at it. MQTT 5, §2.1.2: the types by their numbers. */
export type Packet =
  | { readonly type: 'connect' | 'pingreq' | 'disconnect' }
  | { readonly type: 'subscribe'; readonly id: number; readonly filters: number }
  | { readonly type: 'publish'; readonly id: number; readonly topic: string; readonly payload: string };

/** What a broker says to one client: CONNACK, PUBACK, SUBACK, PUBLISH, DISCONNECT (MQTT 5, §3.2, 3.4, 3.9, 3.3, 3.14). */
export class RawClient {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  accept(receiveMaximum = 65_535): void {
    this.#send(0x20, [0, 0, 3, 0x21, receiveMaximum >> 8, receiveMaximum & 0xff]);
  }

  acknowledge(id: number, reason = 0): void {
    this.#send(0x40, [id >> 8, id & 0xff, reason, 0]);
  }

  grant(id: number, codes: readonly number[]): void {
    this.#send(0x90, [id >> 8, id & 0xff, 0, ...codes]);
  }

  say(topic: string, payload: Buffer): void {
    this.#send(0x30, [topic.length >> 8, topic.length & 0xff, ...Buffer.from(topic), 0, ...payload]);
  }

  leave(reason: number): void {
    this.#send(0xe0, [reason, 0]);
    this.#socket.end();
  }

  #send(first: number, rest: readonly number[]): void {
    const length: number[] = [];
    for (let left = rest.length; left > 0 || length.length === 0; left >>= 7)
      length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    if (this.#socket.writable) this.#socket.write(Buffer.from([first, ...length, ...rest]));
  }
}

/**
 * A broker of MQTT 5 that does as a test says: what `answer` does not answer itself (false) is answered as by any broker.
 * It never hangs up by itself, not even on a client that has said goodbye.
 */
export async function startRawBroker(t: Test, answer: (packet: Packet, client: RawClient) => boolean): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const client = new RawClient(socket);
    let rest: Buffer = Buffer.alloc(0);
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let next = first(rest); next; next = first(rest)) {
        rest = rest.subarray(next.length);
        if (next.packet && !answer(next.packet, client)) answerAsUsual(next.packet, client);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answerAsUsual(packet: Packet, client: RawClient): void {
  if (packet.type === 'connect') client.accept();
  else if (packet.type === 'publish') client.acknowledge(packet.id);
  else if (packet.type === 'subscribe') client.grant(packet.id, Array<number>(packet.filters).fill(1));
}

/** The first whole packet of what has come. */
function first(bytes: Buffer): { readonly packet: Packet | undefined; readonly length: number } | undefined {
  let [length, at] = [0, 1];
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    at += 1;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  if (bytes.length < at + length) return undefined;
  return { packet: read((bytes[0] ?? 0) >> 4, bytes.subarray(at, at + length)), length: at + length };
}

function read(type: number, body: Buffer): Packet | undefined {
  switch (type) {
    case 1:
      return { type: 'connect' };
    case 3: {
      // Of QoS 1 and without properties, as everything that a test waits for.
      const end = 2 + body.readUInt16BE(0);
      const [topic, payload] = [body.toString('utf8', 2, end), body.toString('utf8', end + 3)];
      return { type: 'publish', id: body.readUInt16BE(end), topic, payload };
    }
    case 8: {
      let filters = 0;
      for (let at = 3; at < body.length; at += 3 + body.readUInt16BE(at)) filters += 1;
      return { type: 'subscribe', id: body.readUInt16BE(0), filters };
    }
    case 12:
      return { type: 'pingreq' };
    case 14:
      return { type: 'disconnect' };
    default:
      return undefined;
  }
}
