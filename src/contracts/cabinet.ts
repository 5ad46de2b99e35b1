import type { Device } from './health.js';
import type { PanelInput } from './panel.js';

/** What the cabinet says by its lamps. */
export interface Lamps {
  /** The next customer may come. */
  readonly ready: boolean;
  /** A visit is under way. */
  readonly busy: boolean;
}

/**
 * Door switch, buttons, lamps and camera light of the kiosk's cabinet: each may be absent.
 * - `doorOpen()` is the debounced state of the switch; a cabinet without one is always closed. While the switch cannot be
 *   read it is what it was last.
 * - `show` sets the lamps; the latest call wins. It never throws: lamps that cannot be set make a `fault()`.
 * - `light` switches the camera light; the latest call wins. It never rejects, and resolves when the light is as it was
 *   asked to be, or cannot be, or is not there.
 * - `onDoor` and `onInput` listeners are called in the order of the edges; `onDoor` also when the door is found otherwise
 *   than it was last. A button counts when it is pressed, not when released.
 * - `fault()` is a `gpio.…` code. An open door is no fault of the cabinet.
 */
export interface Cabinet extends Device {
  doorOpen(): boolean;
  onDoor(listener: (open: boolean) => void): () => void;
  onInput(listener: (input: PanelInput) => void): () => void;
  show(lamps: Lamps): void;
  light(on: boolean): Promise<void>;
}
