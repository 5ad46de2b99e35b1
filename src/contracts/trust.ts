/**
 * Between kiosk and carrier: what is signed, and what is believed.
 * - `renew` begins a connection; what answers an earlier one is refused from now on.
 * - `sign` gives the message as it goes out on `topic`.
 * - `open` gives the payload of a message that the other side signed for this topic and, where it answers, for this
 *   connection. Errors: `fleet.too-large`, `fleet.bad-message`, `fleet.bad-signature`, `fleet.wrong-topic`, `fleet.replayed`.
 */
export interface CarrierTrust {
  renew(): void;
  sign(topic: string, payload: string): Promise<string>;
  open(topic: string, message: string): Promise<string>;
}
