import { z } from 'zod';
import { KioskId } from '../fleet/messages.js';
import { stateNames, states } from '../transaction/states.js';

const limitedStates = stateNames.filter((state) => states[state].deadlineMs !== undefined);

const Path = z.string().min(1);
const Ms = z.int().positive();
const Line = z.string().min(1);

const Camera = z.discriminatedUnion('driver', [z.strictObject({ driver: z.literal('emulated'), socket: Path })]);

const IdReader = z.discriminatedUnion('driver', [
  z.strictObject({
    driver: z.literal('sam'),
    port: Path,
    baudRate: z
      .union([z.literal(115_200), z.literal(57_600), z.literal(38_400), z.literal(19_200), z.literal(9_600)])
      .default(115_200),
    pollMs: Ms.default(200),
    healthMs: Ms.default(5_000),
  }),
]);

const Gpio = z.discriminatedUnion('driver', [z.strictObject({ driver: z.literal('emulated'), socket: Path })]);

const Dispenser = z.strictObject({
  lines: z
    .strictObject({
      feed: Line,
      present: Line,
      retain: Line,
      transport: Line,
      exit: Line,
      low: Line,
      empty: Line,
      retained: Line,
      binFull: Line,
    })
    .partial()
    .default({}),
  debounceMs: z.number().nonnegative().default(10),
  travelMs: Ms.default(5_000),
  jamRetries: z.int().nonnegative().max(10).default(5),
});

const CardIdentifier = z.discriminatedUnion('driver', [
  z.strictObject({
    driver: z.literal('scanner'),
    port: Path,
    baudRate: z.int().positive().default(9_600),
    timeoutMs: Ms.default(3_000),
  }),
]);

const Broker = z.strictObject({
  /** `mqtt+unix:///path/of/a.socket` for a broker on this very machine. */
  url: z.url({ protocol: /^(mqtt|mqtts|mqtt\+unix)$/ }),
  username: z.string().exactOptional(),
  password: z.string().exactOptional(),
});

/** Public part of the carrier's X25519 key (RFC 8037). */
const PublicKey = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('X25519'),
  x: z.string(),
  kid: z.string().exactOptional(),
});

/** The configuration of one kiosk. Unknown keys are refused. Relative paths count from the file's own folder. */
export const ConfigSchema = z.strictObject({
  kiosk: KioskId,
  /** Where the journal and the sockets live. */
  stateDir: Path,
  camera: Camera,
  idReader: IdReader,
  gpio: Gpio,
  dispenser: Dispenser.prefault({}),
  cardIdentifier: CardIdentifier,
  face: z
    .strictObject({ models: Path.optional(), tries: z.int().min(1).max(10).default(3), captureMs: Ms.default(15_000) })
    .prefault({}),
  rules: z
    .strictObject({
      accepted: z
        .array(z.enum(['resident', 'hmt-residence-permit', 'foreign-permanent-resident', 'mrz']))
        .min(1)
        .default(['resident', 'hmt-residence-permit', 'foreign-permanent-resident']),
      minimumAge: z.int().min(0).max(120).default(16),
      documentTries: z.int().min(1).max(10).default(3),
    })
    .prefault({}),
  consent: z.strictObject({ version: z.string().min(1), text: z.string().min(1) }).optional(),
  /** Loaded once, by its name: one ICCID a line, in the order of the stack. */
  batchFile: Path.optional(),
  broker: Broker,
  carrier: z.strictObject({ publicKey: PublicKey }),
  /** Milliseconds by state, where they differ from the table of states. */
  deadlinesMs: z.partialRecord(z.enum(limitedStates), Ms).default({}),
  /** How long the last screen of a visit stays. */
  farewellMs: z.int().nonnegative().default(4_000),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

export type Config = z.output<typeof ConfigSchema>;
export type ConfigInput = z.input<typeof ConfigSchema>;
