import { z } from 'zod';
import type { ErrorCode } from '../errors.js';

/** What crosses the Unix socket between the device process and the network process: one JSON value a line. */

const Envelope = z.strictObject({
  seq: z.int().positive().exactOptional(),
  topic: z.string().min(1),
  payload: z.string(),
  qos: z.union([z.literal(0), z.literal(1)]),
  retain: z.boolean(),
});

const Hello = z.strictObject({
  kiosk: z.string(),
  session: z.int().nonnegative(),
  will: Envelope,
  birth: Envelope,
  subscriptions: z.array(z.string()).readonly(),
});

/** Device process → network process. */
export const ToLink = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), hello: Hello }),
  z.strictObject({ type: z.literal('publish'), envelope: Envelope }),
]);
export type ToLink = z.infer<typeof ToLink>;

/** What stands between the kiosk and its broker. */
export const BROKER_FAULTS = [
  'fleet.broker-unreachable',
  'fleet.broker-refused',
  'fleet.broker-untrusted',
  'fleet.broker-unknown-ca',
  'fleet.broker-expired',
  'fleet.broker-wrong-host',
  'fleet.certificate-refused',
  'fleet.certificate-expired',
  'fleet.certificate-foreign',
] as const satisfies readonly ErrorCode[];
export type BrokerFault = (typeof BROKER_FAULTS)[number];

/** Network process → device process. `hello-request` comes before every connection to the broker. */
export const FromLink = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello-request') }),
  z.strictObject({ type: z.literal('up') }),
  z.strictObject({ type: z.literal('down'), reason: z.enum(BROKER_FAULTS) }),
  /** Until when the kiosk's own TLS certificate is valid, milliseconds since the epoch. */
  z.strictObject({ type: z.literal('certificate'), until: z.number() }),
  z.strictObject({ type: z.literal('published'), seq: z.int().positive() }),
  z.strictObject({ type: z.literal('message'), topic: z.string(), payload: z.string() }),
]);
export type FromLink = z.infer<typeof FromLink>;
