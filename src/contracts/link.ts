import type { Device } from './health.js';

/** Characters of the largest message that is looked at; ours are far smaller, the largest is an ask with a sealed holder. */
export const MAX_MESSAGE = 65_536;

/** A message to the carrier as the network process sees it: where it goes and opaque text. */
export interface Envelope {
  /** Sequence in the outbox; absent for presence and telemetry. */
  readonly seq?: number;
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** What the device process tells the network process when they meet: enough to connect, nothing to read. */
export interface LinkHello {
  readonly kiosk: string;
  /** Grows with every connection, so that a late last will cannot override a newer birth. */
  readonly session: number;
  readonly will: Envelope;
  readonly birth: Envelope;
  readonly subscriptions: readonly string[];
}

/**
 * The device process's side of the Unix socket to the network process.
 * - `fault()` is `link.down` without a network process, and without a broker one of `BROKER_FAULTS`.
 * - `publish` hands an envelope over; it is fire and forget, since only the carrier's own acknowledgement frees an outbox row.
 * - `onUp` is called each time a way to the broker is there (again): everything unacknowledged is to be sent again.
 * - `onPublished` is the broker's PUBACK: it paces, it proves nothing.
 * - `certificateUntil` says until when the kiosk's TLS certificate is valid (milliseconds since the epoch), once that is known.
 * - Every hello is asked for anew through `hello`, which may write to the journal first.
 */
export interface CarrierLink extends Device {
  publish(envelope: Envelope): void;
  readonly certificateUntil?: () => number | undefined;
  onUp(listener: () => void): () => void;
  onPublished(listener: (seq: number) => void): () => void;
  onMessage(listener: (topic: string, payload: string) => void): () => void;
}
