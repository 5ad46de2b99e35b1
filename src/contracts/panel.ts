import type { ErrorCode } from '../errors.js';
import type { Device } from './health.js';

/** What the customer may do, besides moving in front of the camera and handling document and card. */
export type PanelInput =
  | { readonly type: 'start'; readonly service: string }
  /** Also: all seen, when there is nothing to agree to. */
  | { readonly type: 'agree' }
  | { readonly type: 'cancel' }
  /** One of the numbers shown: it gets the new card, or it is not the holder's. */
  | { readonly type: 'choose'; readonly entry: number }
  | { readonly type: 'not-mine'; readonly entry: number };

/** A text that the customer agrees to, exactly as it is to be shown: its hash goes out with the consent. */
export interface Term {
  readonly version: string;
  readonly text: string;
}

/** All that is agreed to with one touch. */
export interface Terms {
  /** What is read, kept and sent, and that one may refuse. */
  readonly consent: Term;
  /** That the number is not sold or handed on. */
  readonly noPassingOn: Term;
}

/**
 * What the customer is shown: codes with parameters, never sentences and never personal data but the holder's own
 * numbers, masked, while they are asked about. The texts belong to the screen's own program, in the customer's language;
 * only what is agreed to comes from here.
 */
export interface Screen {
  /** State of the transaction, e.g. `idle`, `consent`, `reading`, … */
  readonly state: string;
  /** What to do or what is wrong now, e.g. a guidance or challenge code. */
  readonly prompt?: string;
  /** Numbers that go with the prompt, e.g. how far a step of the challenge is done. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** In `consent`. */
  readonly terms?: Terms;
  /** In `showing` and `choosing`: `138****1234`, each with what to say when it is meant. */
  readonly numbers?: readonly { readonly entry: number; readonly masked: string }[];
  /** In `case-opened`: of the case, to be quoted. */
  readonly reference?: string;
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
