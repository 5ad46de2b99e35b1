const ROOT = 'sk/v1';

/** The kiosk's own topics; nothing else may be published or read by it. */
export const kioskTopics = (kiosk: string) =>
  ({
    state: `${ROOT}/${kiosk}/up/state`,
    event: `${ROOT}/${kiosk}/up/event`,
    reply: `${ROOT}/${kiosk}/up/reply`,
    config: `${ROOT}/${kiosk}/up/config`,
    telemetry: `${ROOT}/${kiosk}/up/telemetry`,
    ack: `${ROOT}/${kiosk}/down/ack`,
    answer: `${ROOT}/${kiosk}/down/answer`,
    command: `${ROOT}/${kiosk}/down/command`,
    desired: `${ROOT}/${kiosk}/down/config`,
  }) as const;

/** The carrier's view of all kiosks. */
export const centralTopics = {
  state: `${ROOT}/central/state`,
  allEvents: `${ROOT}/+/up/event`,
  allStates: `${ROOT}/+/up/state`,
  allReplies: `${ROOT}/+/up/reply`,
  allConfigs: `${ROOT}/+/up/config`,
  allTelemetry: `${ROOT}/+/up/telemetry`,
} as const;

/** @returns the kiosk whose topic this is, and the rest of it */
export function splitTopic(topic: string): { kiosk: string; rest: string } | undefined {
  const match = /^sk\/v1\/([a-z0-9-]{1,64})\/(.+)$/.exec(topic);
  return match?.[1] && match[2] ? { kiosk: match[1], rest: match[2] } : undefined;
}
