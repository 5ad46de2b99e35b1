import type { PanelInput, Screen } from '../../../src/contracts/panel.js';
import { Listeners } from '../../../src/lib/listeners.js';
import { keepConnected, LineConnection } from '../../../src/lib/socket.js';
import { Shown } from '../../panel/protocol.js';

/** The kiosk's screen as a customer sees it, and its buttons. Black while no service is there. */
export class CustomerScreen {
  readonly #changed = new Listeners<[Screen | undefined]>();
  readonly #connection: { close(): void };
  #line: LineConnection | undefined;
  #shown: Screen | undefined;

  constructor(socket: string) {
    this.#connection = keepConnected(
      socket,
      (stream) => {
        const line = new LineConnection(stream);
        this.#line = line;
        line.onMessage((message) => {
          const screen = Shown.safeParse(message);
          if (screen.success) this.#set(screen.data);
          else line.close();
        });
      },
      () => {
        this.#line = undefined;
        if (this.#shown) this.#set(undefined);
      },
    );
  }

  get shown(): Screen | undefined {
    return this.#shown;
  }

  /** @returns a function that removes the listener */
  onChange(listener: (screen: Screen | undefined) => void): () => void {
    return this.#changed.add(listener);
  }

  press(input: PanelInput): void {
    this.#line?.send(input);
  }

  close(): void {
    this.#changed.clear();
    this.#connection.close();
  }

  #set(screen: Screen | undefined): void {
    this.#shown = screen;
    this.#changed.emit(screen);
  }
}
