/** What becomes of the application messages that a broker was given, as shares of them; the rest arrive as they should. */
export interface Mischief {
  readonly random: () => number;
  readonly lost: number;
  readonly doubled: number;
  /** Overtaken by those that come after them. */
  readonly delayed: number;
  readonly latestMs: number;
}

export const FATES = ['lost', 'doubled', 'delayed'] as const;
export type Fate = (typeof FATES)[number];

export function fateOf(mischief: Mischief): Fate | undefined {
  let drawn = mischief.random();
  return FATES.find((fate) => (drawn -= mischief[fate]) < 0);
}

/** Packet types of MQTT (§2.1.2). */
const PUBLISH = 3;
const PUBACK = 4;

const typeOf = (packet: Buffer): number => (packet[0] ?? 0) >> 4;

export const isPublish = (packet: Buffer): boolean => typeOf(packet) === PUBLISH;
export const isPuback = (packet: Buffer): boolean => typeOf(packet) === PUBACK;

/** Where the variable header begins (§2.1.4). */
function headerOf(packet: Buffer): number {
  let at = 1;
  while ((packet[at] ?? 0) >= 0x80) at += 1;
  return at + 1;
}

/** Packet identifier of PUBLISH or PUBACK (§3.3.2.2, §3.4.2); undefined where the quality of service is 0. */
export function identifierOf(packet: Buffer): number | undefined {
  const header = headerOf(packet);
  if (isPuback(packet)) return packet.readUInt16BE(header);
  const qualityOfService = ((packet[0] ?? 0) >> 1) & 3;
  return qualityOfService === 0 ? undefined : packet.readUInt16BE(header + 2 + packet.readUInt16BE(header));
}

/** PUBACK of a broker that took the message, whatever it then did with it: `success` in every version (§3.4). */
export function puback(identifier: number): Buffer {
  const packet = Buffer.from([PUBACK << 4, 2, 0, 0]);
  packet.writeUInt16BE(identifier, 2);
  return packet;
}
