import type { Panel, PanelInput, Screen } from '../contracts/panel.js';
import { Listeners } from '../lib/listeners.js';
import type { Life } from './clock.js';
import { VirtualDevice } from './virtual-device.js';

/** The screen: what it shows goes to the customer. */
export class VirtualPanel extends VirtualDevice implements Panel {
  readonly name = 'panel';
  readonly #inputs = new Listeners<[PanelInput]>();
  readonly #life: Life;
  readonly #see: (screen: Screen) => void;

  constructor(life: Life, see: (screen: Screen) => void) {
    super();
    this.#life = life;
    this.#see = see;
  }

  onInput(listener: (input: PanelInput) => void): () => void {
    return this.#inputs.add(listener);
  }

  show(screen: Screen): void {
    if (this.#life.alive) this.#see(screen);
  }

  input(input: PanelInput): void {
    if (this.#life.alive) this.#inputs.emit(input);
  }
}
