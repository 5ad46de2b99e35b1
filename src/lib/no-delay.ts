import { Socket } from 'node:net';

/**
 * Sends small packets at once. With Nagle's algorithm (RFC 1122, §4.2.3.4) an MQTT packet behind a PUBACK waits for the
 * other side's delayed acknowledgement: 40 ms for every answer of the carrier (measured).
 */
export function withoutDelay(stream: unknown): void {
  if (stream instanceof Socket) stream.setNoDelay(true);
}
