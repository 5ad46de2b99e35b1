import type { ErrorCode } from '../errors.js';
import type { Device } from './health.js';

/** What the customer may do, besides moving in front of the camera and handling document and card. */
export type PanelInput =
  { readonly type: 'start'; readonly service: string } | { readonly type: 'agree' } | { readonly type: 'cancel' };

/**
 * What the customer is shown: codes with parameters, never sentences and never personal data.
 * The texts belong to the screen's own program, in the customer's language.
 */
export interface Screen {
  /** State of the transaction, e.g. `idle`, `consent`, `reading`, … */
  readonly state: string;
  /** What to do or what is wrong now, e.g. a guidance or challenge code. */
  readonly prompt?: string;
  /** Numbers that go with the prompt, e.g. how far a step of the challenge is done. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Why it ended or cannot be done. */
  readonly reason?: ErrorCode;
  readonly outcome?: string;
  /** Transaction, so that a customer can quote it. */
  readonly transaction?: string;
  /** At the end of a visit: time the machine itself took, without waiting for customer or motor. Milliseconds. */
  readonly machineMs?: number;
}

/**
 * The customer's screen and buttons.
 * - `show` replaces what is shown; a screen that connects later is shown the latest at once. It never throws.
 * - Inputs are delivered in the order they were made. Nothing is remembered from before the listener was added.
 */
export interface Panel extends Device {
  show(screen: Screen): void;
  onInput(listener: (input: PanelInput) => void): () => void;
}
