import type { Screen } from '../contracts/panel.js';
import { states } from '../transaction/states.js';
import type { Outcome } from '../transaction/table.js';
import type { Transaction } from '../transaction/transaction.js';
import type { Devices } from './devices.js';

/** Endings after which a person can still be served by staff: whoever could not do what a machine asks for is sent there. */
const FOR_STAFF: ReadonlySet<Outcome> = new Set(['refused-document', 'refused-face', 'failed']);

/** What the customer sees of the kiosk: screen, lamps, and whether the camera runs. */
export class Front {
  readonly #devices: Devices;
  #camera: AbortController | undefined;

  constructor(devices: Devices) {
    this.#devices = devices;
  }

  show(transaction: Transaction, extra: Omit<Screen, 'state'>): void {
    const { state, id, outcome, reason, faults } = transaction;
    const why = reason ?? faults?.[0];
    this.#devices.panel.show({
      state,
      ...(id && { transaction: id }),
      ...(outcome && { outcome }),
      ...(why && { reason: why }),
      ...(state === 'done' && outcome && FOR_STAFF.has(outcome) && { prompt: 'ask-staff' }),
      ...extra,
    });
  }

  /** Camera and lamps as the state wants them: the camera never runs outside the states that need it. Its light is its own. */
  enter({ state }: Transaction): void {
    const { camera: on = false } = states[state];
    const ready = state === 'idle';
    this.#devices.cabinet.show({ ready, busy: !ready && state !== 'out-of-service' });
    if (on === (this.#camera !== undefined)) return;
    this.#camera?.abort('the camera is not needed any more');
    this.#camera = on ? new AbortController() : undefined;
    if (this.#camera) this.#devices.camera.warm(this.#camera.signal);
  }

  close(): void {
    this.#camera?.abort();
  }
}
