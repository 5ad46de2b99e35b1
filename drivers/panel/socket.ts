import type { Panel, PanelInput, Screen } from '../../src/contracts/panel.js';
import { Listeners } from '../../src/lib/listeners.js';
import { LineConnection, listenOn } from '../../src/lib/socket.js';
import { Input } from './protocol.js';

interface Options {
  readonly name: string;
  /** Path of the Unix socket on which the service waits for screens. */
  readonly socket: string;
}

/** A screen with so many bytes unread has hung: it is cut off, and shown the latest when it comes again. */
const MOST_UNREAD = 256 << 10;

/** A screen is any program on the machine that connects: one JSON value a line, `Screen` to it, `PanelInput` from it. */
export async function createSocketPanel({ name, socket }: Options): Promise<Panel> {
  const inputs = new Listeners<[PanelInput]>();
  const screens = new Set<LineConnection>();
  let latest: Screen | undefined;

  const server = await listenOn(socket, (stream) => {
    const screen = new LineConnection(stream);
    screens.add(screen);
    screen.onClose(() => screens.delete(screen));
    screen.onMessage((message) => {
      const input = Input.safeParse(message);
      if (input.success) inputs.emit(input.data);
      else screen.close();
    });
    if (latest) screen.send(latest);
  });

  return {
    name,
    fault: () => undefined,
    onChange: () => () => undefined,
    show(screen) {
      latest = screen;
      for (const connection of screens) {
        if (connection.socket.writableLength > MOST_UNREAD) connection.close();
        else connection.send(screen);
      }
    },
    onInput: (listener) => inputs.add(listener),
    async close() {
      inputs.clear();
      await server.close();
    },
  };
}
