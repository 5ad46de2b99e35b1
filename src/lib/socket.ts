import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { KioskError } from '../errors.js';
import { Listeners } from './listeners.js';

/** A line longer than this closes the connection, unless its receiver expects more. */
const MAX_LINE = 1 << 20;

/** One JSON value a line over a stream socket. What does not parse closes the connection. */
export class LineConnection {
  readonly #messages = new Listeners<[unknown]>();
  readonly #closed = new Listeners();
  readonly #maxLine: number;
  #rest = '';

  constructor(
    readonly socket: Socket,
    maxLine = MAX_LINE,
  ) {
    this.#maxLine = maxLine;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.#take(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#closed.emit();
      this.#closed.clear();
      this.#messages.clear();
    });
  }

  send(message: unknown): void {
    if (this.socket.writable) this.socket.write(`${JSON.stringify(message)}\n`);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#messages.add(listener);
  }

  onClose(listener: () => void): void {
    this.#closed.add(listener);
  }

  close(): void {
    this.socket.destroy();
  }

  #take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      let message: unknown;
      try {
        message = JSON.parse(line);
      } catch {
        this.socket.destroy();
        return;
      }
      this.#messages.emit(message);
    }
    if (this.#rest.length > this.#maxLine) this.socket.destroy();
  }
}

/** `sockaddr_un` (unix(7)), without the closing zero. */
const LONGEST_PATH = 107;

/**
 * Listens on a Unix socket path, replacing a stale one; owner and group may connect, the folder decides who comes that far.
 * Closing ends every connection. @throws `config.invalid`, `socket.unusable`
 */
export async function listenOn(path: string, onSocket: (socket: Socket) => void): Promise<{ close(): Promise<void> }> {
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw new KioskError('config.invalid', `a socket's path has at most ${LONGEST_PATH} bytes: ${path}`);
  const unusable = (cause: unknown): never => {
    throw new KioskError('socket.unusable', `${path} ${(cause as NodeJS.ErrnoException).code ?? ''}`, { cause });
  };
  await rm(path, { force: true }).catch(unusable);
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  server.listen(path);
  await once(server, 'listening').catch(unusable);
  await chmod(path, 0o660);
  return {
    async close() {
      const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      if (server.listening) closed.push(new Promise((resolve) => server.close(resolve)));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

/**
 * Keeps a connection to a Unix socket path: connects again `retryMs` after every failure or loss until closed.
 * `onSocket` is called with every new connection, `onDown` after every loss and every failed attempt.
 */
export function keepConnected(
  path: string,
  onSocket: (socket: Socket) => void,
  onDown: () => void,
  retryMs = 100,
): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let socket: Socket | undefined;
  let closed = false;

  const attempt = (): void => {
    const current = createConnection(path);
    socket = current;
    current.on('connect', () => onSocket(current));
    current.on('error', () => current.destroy());
    current.on('close', () => {
      if (closed) return;
      onDown();
      timer = setTimeout(attempt, retryMs);
    });
  };
  attempt();

  return {
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.destroy();
    },
  };
}
