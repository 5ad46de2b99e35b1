import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';

/** A broker inside this process, for this machine only: for the demo, the emulator and tests. */
export interface EmbeddedBroker {
  readonly url: string;
  /** Refuses every connection from now on, and ends those there are, until switched back. */
  refuse(refused: boolean): void;
  close(): Promise<void>;
}

/** CONNACK return code 5, not authorised (MQTT 3.1.1, §3.2.2.3). */
const NOT_AUTHORISED = 5;

/** @param where a port of the loopback interface, 0 picks a free one; or the path of a Unix socket */
export async function startBroker(where: number | string = 0): Promise<EmbeddedBroker> {
  let refused = false;
  const broker = await Aedes.createBroker({
    authenticate(_client, _username, _password, done) {
      if (refused) done(Object.assign(new Error('refused'), { returnCode: NOT_AUTHORISED }), null);
      else done(null, true);
    },
  });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  if (typeof where === 'string') await rm(where, { force: true });
  server.listen(typeof where === 'string' ? { path: where } : { port: where, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();

  const disconnect = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: typeof address === 'object' ? `mqtt://127.0.0.1:${address?.port}` : `mqtt+unix://${address}`,
    refuse(value) {
      refused = value;
      if (refused) disconnect();
    },
    async close() {
      disconnect();
      server.close();
      await new Promise<void>((resolve) => broker.close(() => resolve()));
    },
  };
}
