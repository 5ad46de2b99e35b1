/** Of the address of a broker. */
export const BROKER_PROTOCOL = /^(mqtt|mqtts|mqtt\+unix)$/;

/** Where the broker is and, for `mqtts:`, who vouches for it and for this side (PEM). */
export interface Broker {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Without it the authorities that Node knows. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}
