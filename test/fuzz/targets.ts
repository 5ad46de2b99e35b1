import { join } from 'node:path';
import sharp from 'sharp';
import { FrameSplitter, lengthPrefixed } from '../../drivers/camera/frame-splitter.js';
import { JpegSplitter } from '../../drivers/camera/jpeg-splitter.js';
import { ScanLines } from '../../drivers/card-identifier/scan-lines.js';
import { castOf } from '../../drivers/emulator/cast.js';
import { encodeZone } from '../../drivers/emulator/id-reader/mrz-writer.js';
import { FromChip } from '../../drivers/gpio/emulated/protocol.js';
import { decodeZone } from '../../drivers/id-reader/mrz/document.js';
import { ZoneAssembler } from '../../drivers/id-reader/mrz/zone-assembler.js';
import { imagePhotoDecoder } from '../../drivers/id-reader/photo-decoder.js';
import { decodeBmp } from '../../drivers/id-reader/photo-library/bmp.js';
import { decodeCardText } from '../../drivers/id-reader/sam/card-text.js';
import { commands } from '../../drivers/id-reader/sam/constants.js';
import { documentOf } from '../../drivers/id-reader/sam/document.js';
import { responseOf } from '../../drivers/id-reader/sam/frame.js';
import { FrameParser } from '../../drivers/id-reader/sam/parser.js';
import { frameOf, requestFrame } from '../../drivers/id-reader/sam/writer.js';
import { Input } from '../../drivers/panel/protocol.js';
import { parseConfig } from '../../src/config/load.js';
import { ControlRequest } from '../../src/contracts/control.js';
import { FromLink, ToLink } from '../../src/contracts/link-socket.js';
import { decode } from '../../src/face/decode.js';
import { Answer } from '../../src/fleet/answers.js';
import { Ack, parseJson, readEvent, writeEvent, type KioskEvent } from '../../src/fleet/messages.js';
import { Telemetry } from '../../src/fleet/monitors.js';
import { CentralState, KioskState } from '../../src/fleet/presence.js';
import { parseBatch } from '../../src/kiosk/batch.js';
import { batchIccids, fromEf2fe2, luhnHolds, toEf2fe2, writtenForms } from '../../src/lib/iccid.js';
import { rootDir } from '../../src/lib/paths.js';
import { person as passport } from '../drivers/id-reader/mrz/bench.js';
import { card } from '../drivers/id-reader/sam/bench.js';
import { resident } from '../support/cast.js';

/** A parser, good inputs to start from, and what may come of a bad one besides an error of the table. */
export interface Target {
  /** Bytes of a device, not text: a million of these in the full form. */
  readonly binary: boolean;
  readonly seeds: readonly Uint8Array[];
  readonly feed: (bytes: Uint8Array) => unknown;
  /** Its callers expect this one too. */
  readonly expects?: 'RangeError';
  /** Of so many inputs only one, where each takes a program's time. */
  readonly oneOf?: number;
}

const UUID = '6f0c3f9e-8a35-4e0f-9a83-0d6a2c7e1b55';
const TIME = '2026-01-01T00:00:00.000Z';
const bytes = (text: string): Uint8Array => Buffer.from(text);
const json = (...values: readonly unknown[]): readonly Uint8Array[] =>
  values.map((value) => bytes(JSON.stringify(value)));
const textOf = (input: Uint8Array): string => Buffer.from(input).toString('utf8');

const lengths = Buffer.alloc(4);
lengths.writeUInt16BE(card.text.length, 0);
lengths.writeUInt16BE(card.photo.length, 2);
const answer = Buffer.concat([lengths, card.text, card.photo]);
const zones = (['TD1', 'TD2', 'TD3'] as const).map((layout) => encodeZone({ ...passport, layout }).join('\r'));
const jpeg = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#876' } })
  .jpeg()
  .toBuffer();
const bitmap = Buffer.alloc(54 + 4 * 3 * 4);
bitmap.write('BM');
for (const [at, value] of [
  [10, 54],
  [18, 4],
  [22, 4],
  [28, 24],
] as const)
  bitmap.writeUInt16LE(value, at);

const event: KioskEvent = {
  type: 'sale.taken',
  data: { transaction: UUID, approval: 'a', iccid: batchIccids(1)[0] ?? '' },
  ...{ id: `${UUID}.1`, kiosk: 'kiosk-1', time: '2026-01-02T00:00:00.000Z', epoch: UUID, seq: 1, head: '0'.repeat(64) },
};

/** Parsers that keep what they have heard: the same one hears everything. */
const frames = new FrameParser();
const assembler = new ZoneAssembler();
const scanner = new ScanLines();
const motion = new JpegSplitter();
const prefixed = new FrameSplitter();

export const targets: Readonly<Record<string, Target>> = {
  'reader frames': {
    binary: true,
    seeds: [frameOf([0, 0, 0x90, ...answer]), ...Object.values(commands).map((command) => requestFrame(command))],
    feed: (input) => {
      for (const frame of frames.push(input)) if (frame.kind === 'frame') responseOf(frame.body);
    },
  },
  'reader answers': { binary: true, seeds: [answer], feed: (input) => documentOf(input, imagePhotoDecoder) },
  'card text': { binary: true, seeds: [card.text], feed: decodeCardText },
  'machine-readable zones': {
    binary: true,
    seeds: zones.map((zone) => bytes(`${zone}\r`)),
    feed: (input) => assembler.push(input).map((zone) => decodeZone(zone, '20260101')),
  },
  'zones as lines': {
    binary: false,
    seeds: zones.map(bytes),
    feed: (input) => decodeZone(textOf(input).split('\r'), '20260101'),
  },
  'scanned ICCIDs': {
    binary: true,
    seeds: batchIccids(3).map((iccid) => bytes(`${iccid}\r\n`)),
    feed: (input) => scanner.push(input).map((iccid) => [luhnHolds(iccid), writtenForms(iccid)]),
  },
  'ICCIDs of a chip': {
    binary: true,
    seeds: batchIccids(3).map(toEf2fe2),
    feed: fromEf2fe2,
    expects: 'RangeError',
  },
  'motion JPEG': {
    binary: true,
    seeds: [jpeg, Buffer.concat([jpeg, Buffer.alloc(16), jpeg])],
    feed: (input) => motion.push(input),
  },
  'frames of the emulated camera': {
    binary: true,
    seeds: [lengthPrefixed(jpeg)],
    feed: (input) => prefixed.push(input),
    expects: 'RangeError',
  },
  'photo fields': { binary: true, seeds: [jpeg, card.photo], feed: (input) => imagePhotoDecoder.decode(input) },
  bitmaps: { binary: true, seeds: [bitmap], feed: (input) => decodeBmp(Buffer.from(input)) },
  'pictures, whole': { binary: true, seeds: [jpeg], feed: (input) => decode(input), oneOf: 10 },
  events: { binary: false, seeds: [bytes(writeEvent(event))], feed: (input) => readEvent(textOf(input)) },
  'other messages': {
    binary: false,
    seeds: json(
      ...[{ epoch: UUID, upTo: 3 }, { epoch: UUID, replay: [1, 2] }, { online: true }, { online: false, session: 1 }],
      { ask: 'sale.authorise', transaction: UUID, decision: 'approved', approval: 'a' },
      { session: 1, number: 1, epoch: UUID, at: TIME, measured: { stock: 3, temperature: 40.5 } },
    ),
    feed: (input) => {
      const message = parseJson(textOf(input));
      for (const schema of [Ack, Answer, CentralState, KioskState, Telemetry]) schema.safeParse(message);
    },
  },
  'lines of sockets': {
    binary: false,
    seeds: json(
      ...[{ type: 'published', seq: 1 }, { type: 'hello-request' }, { type: 'start', service: 'new-sim' }],
      ...[
        { by: 'anna', ask: { command: 'status' } },
        { type: 'done', id: 1, level: true },
      ],
      { type: 'publish', envelope: { seq: 1, topic: 't', payload: 'p', qos: 1, retain: false } },
    ),
    feed: (input) => {
      const message = parseJson(textOf(input));
      for (const schema of [FromLink, ToLink, Input, ControlRequest, FromChip]) schema.safeParse(message);
    },
  },
  configuration: {
    binary: false,
    seeds: json({
      ...{ kiosk: 'kiosk-1', stateDir: '/var/lib/simkiosk', batchFile: '/b', broker: { url: 'mqtt://b' }, rules: {} },
      ...{ camera: { driver: 'v4l2', device: '/dev/video0' }, idReader: { driver: 'sam', port: '/dev/ttyS0' } },
      carrier: { publicKey: { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) } },
    }),
    feed: (input) => parseConfig(parseJson(textOf(input)), 'kiosk.json'),
  },
  casts: {
    binary: false,
    seeds: json({ cards: 3, visitors: [{ document: { ...resident(1), photo: 'none.jpg' }, faces: ['none.jpg'] }] }),
    feed: (input) => castOf(parseJson(textOf(input)), join(rootDir, 'test'), 'cast.json'),
  },
  'batch files': {
    binary: false,
    seeds: [bytes(`# a\n${batchIccids(3).join('\n')}\n`)],
    feed: (input) => parseBatch(textOf(input)),
  },
};
