import type { Screen } from '../contracts/panel.js';
import { states } from '../transaction/states.js';
import type { Outcome } from '../transaction/table.js';
import type { Transaction } from '../transaction/transaction.js';
import type { Devices } from './devices.js';
import type { Particulars } from './particulars.js';

/** Endings after which a person can still be served by staff: whoever could not do what a machine asks for is sent there. */
const FOR_STAFF: ReadonlySet<Outcome> = new Set(['refused-document', 'refused-face', 'failed']);

/** What comes and goes within a state. */
export type Extra = Pick<Screen, 'prompt' | 'parameters' | 'machineMs'>;

/** What the customer sees of the kiosk: screen, lamps, and whether the camera runs. */
export class Front {
  readonly #devices: Devices;
  /** Ends what keeps the camera running. */
  #cool: (() => void) | undefined;

  constructor(devices: Devices) {
    this.#devices = devices;
  }

  show(transaction: Transaction, { terms, numbers, reference }: Particulars, extra: Extra): void {
    const { state, id, outcome, faults } = transaction;
    const { prompt, parameters, machineMs } = extra;
    const reason = transaction.reason ?? faults?.[0];
    // Field by field: a literal made of others is slow to make.
    const screen: { -readonly [Field in keyof Screen]: Screen[Field] } = { state };
    if (id) screen.transaction = id;
    if (outcome) screen.outcome = outcome;
    if (reason) screen.reason = reason;
    if (state === 'done' && outcome && FOR_STAFF.has(outcome)) screen.prompt = 'ask-staff';
    if (terms) screen.terms = terms;
    if (numbers) screen.numbers = numbers;
    if (reference) screen.reference = reference;
    if (prompt) screen.prompt = prompt;
    if (parameters) screen.parameters = parameters;
    if (machineMs !== undefined) screen.machineMs = machineMs;
    this.#devices.panel.show(screen);
  }

  /** Camera and lamps as the state wants them: the camera never runs outside the states that need it. Its light is its own. */
  enter({ state }: Transaction): void {
    const { camera: on = false } = states[state];
    const ready = state === 'idle';
    this.#devices.cabinet.show({ ready, busy: !ready && state !== 'out-of-service' });
    if (on === (this.#cool !== undefined)) return;
    this.#cool?.();
    this.#cool = on ? this.#devices.camera.warm() : undefined;
  }

  close(): void {
    this.#cool?.();
  }
}
