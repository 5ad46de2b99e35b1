import type { Device } from './health.js';
import type { PanelInput } from './panel.js';

/** What the cabinet shows by its lamps. */
export interface Lamps {
  /** The next customer may come. */
  readonly ready: boolean;
  /** A visit is under way. */
  readonly busy: boolean;
  /** The camera is running. */
  readonly camera: boolean;
}

/**
 * Door switch, buttons and lamps of the kiosk's cabinet: each may be absent.
 * - `doorOpen()` is the debounced state of the switch; a cabinet without one is always closed.
 * - `show` sets the lamps; the latest call wins. It never throws: lamps that cannot be set make a `fault()`.
 * - `onDoor` and `onInput` listeners are called in the order of the edges. A button counts when it is pressed, not when released.
 * - `fault()` is a `gpio.…` code. An open door is no fault of the cabinet.
 */
export interface Cabinet extends Device {
  doorOpen(): boolean;
  onDoor(listener: (open: boolean) => void): () => void;
  onInput(listener: (input: PanelInput) => void): () => void;
  show(lamps: Lamps): void;
}
