import { z } from 'zod';
import { errorTable } from '../errors.js';
import { Answer, ASKS, NumberList } from './answers.js';
import { Command, commandTypes, Reply } from './commands.js';
import { ConfigReport, Desired } from './configuration.js';
import { Ack, eventData, Head, Reason } from './messages.js';
import { Telemetry } from './monitors.js';
import { CentralState, KioskState } from './presence.js';
import { MAX_MESSAGE } from '../contracts/link.js';
import { centralTopics, kioskTopics } from './topics.js';

/** What no schema says; whoever writes a carrier needs nothing else. */
const DESCRIPTION = `
How a carrier speaks with its kiosks. Described from the carrier's side.

**On the wire** every payload is a JWS in compact form (RFC 7515), at most ${MAX_MESSAGE} characters; the schemas here are of the JSON that is
signed. Its protected header has \`alg\` (EdDSA with Ed25519, or ES256), \`kid\` (RFC 7638 thumbprint of the signer's key), \`topic\` (the very
topic it is published on) and, except on ${centralTopics.state}, \`nonce\` (a string). A kiosk draws a new nonce for each of its connections; an answer
carries the nonce of the message that it answers, or the kiosk refuses it. The carrier pins the keys of each kiosk and refuses what another
key has signed, what was signed for another topic, and events whose \`source\` is not \`/kiosks/{kiosk}\` with the kiosk of the topic. Kiosks pin the carrier's key. MQTT is 5 or 3.1.1, to the same effect;
keys are exchanged beforehand as JWKs (RFC 8037).

**A connection** begins with a birth message on up/state (retained; its last will says \`online: false\`). The carrier answers it on down/ack
with \`{epoch, upTo}\`: the last event of that epoch that took effect, 0 when there was none. Until then the kiosk sells nothing. A
last will is answered with nothing. A kiosk that finds its own journal older than \`upTo\` says so, with the reason \`journal.rewound\`. Births are
ordered by \`session\`, then \`revision\`; an older one is a replay. A birth is said again whenever \`sellable\` or \`reasons\` change, after
every visit, and about every minute: a kiosk without a new one for 3 minutes is down; one that is in one state for 7, other than idle and out-of-service, is stuck.
What its clock is off is \`at\` less the time at which a birth arrives; a retained one says nothing about that. No broker session is kept; subscribe with QoS 1, anew with each connection.

**Events** have a \`seq\` from 1 without gaps in each epoch. Apply each once, in this order, together with the mark that it was seen; then send
\`{epoch, upTo}\` on down/ack. A kiosk sends again what is not acknowledged: the same JSON, byte for byte, perhaps signed with a newer nonce. Acknowledge what was seen again, without effect. For a
gap send \`{epoch, replay: [first, last]}\`, both included, and keep or drop what came too early (its \`seq\` then belongs to the range). \`journalhead\` is the
hash of the kiosk's newest audit entry when the event was written: to be kept for an audit. Another event with a \`seq\` that was seen is from a journal that was put back: answer \`{refused:
"journal.rewound"}\`. A PUBACK of the broker is no acknowledgement.

**Asks** are ${ASKS.map((ask) => `\`${ask}\``).join(', ')}: each is answered on down/answer before its deadline, and the same ask of
a transaction always gets the same answer, with the nonce of the message that asked this time. An ask is an event too: it is acknowledged as well, in either order. A refusal's
\`reason\` is what the customer is told by: \`carrier.refused\`, \`carrier.holder-limit\`, \`carrier.blocked\`, \`carrier.no-number\`, \`carrier.no-numbers\`,
\`carrier.number-busy\`, \`carrier.number-foreign\`, \`carrier.unknown-holder\`, or for a card
\`carrier.card-refused\`. \`holder.check\` comes before a face is captured: may this holder go on? It reserves nothing.

**A sale**: \`sale.authorise\` asks for an approval and \`sale.bind\` for the card to be bound to it. \`approval\` in the answer to \`sale.bind\` is that of the ask. On
\`sale.taken\` the number goes live; on \`sale.void\` the approval ends and its number is free; after \`sale.uncertain\` it waits for
a \`sale.void\`, when the kiosk keeps the card inside after all (without \`approval\`), or for \`card.settled\`: with \`taken\` it goes live, else it is void (with \`stack\`
the card was never sold and may be bound again). \`holder\` is a JWE in compact form (RFC 7516: ECDH-ES+A256KW on X25519, A256GCM) to the carrier's key; inside is JSON with
\`type\`, \`number\` and, of some documents, \`issuer\` and \`name\`, padded with spaces.

**The holder's numbers** (services \`my-numbers\` and \`replace-sim\`): \`numbers.list\` is answered with a JWE of the same kind to the \`key\` in
the ask, which exists for one visit: a list of \`entry\` (from 1) and \`masked\` number, schema NumberList. \`entry\` in \`number.dispute\` (not mine:
opens a case, whose reference is shown) and in \`replaces\` of \`sale.authorise\` is of that list. With \`replaces\` the approval is for the same
number on a new card: on \`sale.taken\` the old card is dead; on \`sale.void\` it stays live. Check that the number is the holder's.

**Measurements** come on up/telemetry with QoS 0 and need no answer: \`stock\` is cards in the stack, \`temperature\` °C, \`disk\` free bytes,
\`face-refusals\` percent of the last visits with a verdict, \`reader-errors\` those of the last hour. They are of the connection whose birth has
their \`session\`, ordered by \`number\`. One that passes its limit is \`alarm.raised\`, once until \`alarm.cleared\`.

**Commands** on down/command carry the nonce of the kiosk's newest birth; send one again, with the nonce that is then the newest, until up/reply
says how it ended. The kiosk writes it down before it says \`accepted\`; the same \`id\` again is answered with the status it has, and never run
twice. One that was running when the kiosk's service died ends as \`failed\` with \`command.interrupted\` (a restart as \`succeeded\`). A long text
comes as parts: the reply once for each. How a command ended is also the event \`command.ended\`. The types:

${commandTable()}

**Settings** on down/config answer up/config, which a kiosk sends on each connection and when something changes, while another version is desired.
They are refused whole when a key is unknown, wait for the end of a visit, and are tried: a kiosk that does not become as healthy as it was goes
back to those before by itself. The end is also the event \`config.changed\`.

**Presence of the carrier** is on ${centralTopics.state} (retained, and as its last will). \`session\` never shrinks.
`.trim();

/** Every type of command, for whoever gives them. */
export function commandTable(): string {
  const rows = Object.entries(commandTypes).map(([type, { means, args, dangerous }]) => {
    const { properties = {} } = z.toJSONSchema(args, { io: 'input' });
    const named = Object.keys(properties).map((name) => `\`${name}\``);
    return `| \`${type}\` | ${means} | ${named.join(', ')} | ${dangerous ? 'refused' : ''} |`;
  });
  return ['| type | means | args | clock not to be believed |', '|---|---|---|---|', ...rows].join('\n');
}

type Json = Readonly<Record<string, unknown>>;

const ref = (path: string): Json => ({ $ref: `#/${path}` });

/** JSON Schema (draft 7, AsyncAPI's own) of a message; codes are listed once. */
function schemaOf(schema: z.ZodType): Json {
  const json = z.toJSONSchema(schema, {
    target: 'draft-7',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema === Reason) Object.assign(jsonSchema, ref('components/schemas/ErrorCode'));
    },
  });
  return Object.fromEntries(Object.entries(json).filter(([key]) => key !== '$schema'));
}

interface Channel {
  readonly address: string;
  readonly action: 'send' | 'receive';
  readonly retain: boolean;
  /** 1 where it is left out. */
  readonly qos?: 0 | 1;
  readonly summary: string;
  readonly messages: Readonly<Record<string, z.ZodType>>;
}

/** An event of a type as a whole: the envelope with its data. */
const eventOf = (type: string, data: z.ZodType): z.ZodType =>
  Head.extend({ type: z.literal(`simkiosk.${type}`), data });

const topics = kioskTopics('{kiosk}');

/** Every channel and the types of message on it. */
const channels: Readonly<Record<string, Channel>> = {
  state: {
    ...{ address: topics.state, action: 'receive', retain: true },
    summary: 'Birth of a kiosk, said again on change and about every minute, and its last will.',
    messages: { kioskState: KioskState },
  },
  event: {
    ...{ address: topics.event, action: 'receive', retain: false },
    summary: 'What happened at a kiosk, as CloudEvents 1.0, structured.',
    messages: Object.fromEntries(Object.entries(eventData).map(([type, data]) => [type, eventOf(type, data)])),
  },
  telemetry: {
    ...{ address: topics.telemetry, action: 'receive', retain: false, qos: 0 },
    summary: 'What a kiosk has measured; may be lost, and needs no answer.',
    messages: { telemetry: Telemetry },
  },
  ack: {
    ...{ address: topics.ack, action: 'send', retain: false },
    summary: 'What took effect, what is missing, or why a message is refused.',
    messages: { ack: Ack },
  },
  answer: {
    ...{ address: topics.answer, action: 'send', retain: false },
    summary: 'The answer to an ask.',
    messages: { answer: Answer },
  },
  command: {
    ...{ address: topics.command, action: 'send', retain: false },
    summary: 'What an operator wants done.',
    messages: { command: Command },
  },
  reply: {
    ...{ address: topics.reply, action: 'receive', retain: false },
    summary: 'How far a command is.',
    messages: { reply: Reply },
  },
  desired: {
    ...{ address: topics.desired, action: 'send', retain: false },
    summary: 'The settings that a kiosk is to have.',
    messages: { desired: Desired },
  },
  config: {
    ...{ address: topics.config, action: 'receive', retain: true },
    summary: 'The settings that a kiosk has, on each connection and when they change.',
    messages: { config: ConfigReport },
  },
  central: {
    ...{ address: centralTopics.state, action: 'send', retain: true },
    summary: "The carrier's own presence.",
    messages: { centralState: CentralState },
  },
};

/** The AsyncAPI 3 document of the messages between kiosk and carrier. */
export function asyncApi(version: string): Json {
  const all = Object.entries(channels);
  return {
    asyncapi: '3.0.0',
    info: { title: 'simkiosk', version, description: DESCRIPTION, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(all.map(([name, channel]) => [name, channelOf(channel)])),
    operations: Object.fromEntries(all.map(([name, channel]) => [name, operationOf(name, channel)])),
    components: {
      schemas: {
        ErrorCode: { type: 'string', enum: Object.keys(errorTable) },
        NumberList: schemaOf(NumberList),
      },
      messages: Object.fromEntries(all.flatMap(([, { messages }]) => Object.entries(messages).map(messageOf))),
    },
  };
}

function channelOf({ address, summary, messages }: Channel): Json {
  const kiosk = { description: 'Name of the kiosk: 1 to 64 of a-z, 0-9 and -.' };
  return {
    address,
    description: summary,
    ...(address.includes('{kiosk}') && { parameters: { kiosk } }),
    messages: Object.fromEntries(Object.keys(messages).map((name) => [name, ref(`components/messages/${name}`)])),
  };
}

function operationOf(name: string, { action, retain, qos = 1, summary }: Channel): Json {
  return {
    action,
    channel: ref(`channels/${name}`),
    summary,
    bindings: { mqtt: { qos, retain, bindingVersion: '0.2.0' } },
  };
}

const messageOf = ([name, schema]: [string, z.ZodType]): [string, Json] => [
  name,
  { name, contentType: 'application/jose', payload: schemaOf(schema) },
];
