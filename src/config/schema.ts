import { z } from 'zod';
import { BROKER_PROTOCOL } from '../contracts/broker.js';
import { FACE_ENGINES } from '../contracts/face-engine.js';
import { Coordinate, SigningKey } from '../contracts/signer.js';
import { STUCK_MS } from '../fleet/condition.js';
import { KioskId } from '../fleet/messages.js';
import { serviceNames } from '../transaction/services.js';
import { stateNames, states } from '../transaction/states.js';

/** Its carrier takes a kiosk for stuck, some time after the end of any state. */
const LONGEST_STATE_MS = STUCK_MS - 60_000;

const limitedStates = stateNames.filter((state) => states[state].deadlineMs !== undefined);

const Path = z.string().min(1);
/** What a timer of Node can wait for: one that is set for longer fires at once. */
const LONGEST_MS = 2 ** 31 - 1;
const Ms = z.int().positive().max(LONGEST_MS);
const Line = z.string().min(1);

const Term = z.strictObject({ version: z.string().min(1), text: z.string().min(1) });

const Wire = { line: Line, activeLow: z.boolean().default(false) };

/** An input by its name or its offset; in full where polarity or bias differ from the default. */
const Input = z.union([
  Line,
  z.strictObject({ ...Wire, bias: z.enum(['pull-up', 'pull-down', 'disabled']).default('disabled') }),
]);

/** An output by its name or its offset; in full where its polarity differs from the default. */
const Output = z.union([Line, z.strictObject(Wire)]);

/** With `pulseMs` the output is held only so long; makers ask for 200 ms at least. */
const Command = z.union([Line, z.strictObject({ ...Wire, pulseMs: Ms.exactOptional() })]);

const Picture = {
  width: z.int().positive().default(1_280),
  height: z.int().positive().default(720),
  fps: z.int().positive().default(15),
  /** How long the first picture may take, of stills every one. */
  startMs: Ms.default(5_000),
};

const Camera = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('emulated'), socket: Path }),
  /** A V4L2 device through `ffmpeg`. Formats other than `mjpeg` are encoded by `ffmpeg`. */
  z.strictObject({
    driver: z.literal('v4l2'),
    device: Path,
    format: z
      .string()
      .regex(/^[a-z0-9_]+$/)
      .default('mjpeg'),
    command: z.string().min(1).default('ffmpeg'),
    ...Picture,
  }),
  /** A Raspberry Pi camera through `rpicam-vid`. */
  z.strictObject({
    driver: z.literal('rpicam'),
    camera: z.int().nonnegative().default(0),
    command: z.string().min(1).default('rpicam-vid'),
    ...Picture,
  }),
  /** A device that takes only stills, through `node-webcam`; `memoryDir` must be a tmpfs. */
  z.strictObject({
    driver: z.literal('still'),
    device: Path,
    memoryDir: Path.default('/dev/shm'),
    width: Picture.width,
    height: Picture.height,
    startMs: Picture.startMs,
  }),
]);

/** A reader maker's C library that unpacks the photo field; without one the field holds an ordinary image. */
const PhotoLibrary = z.strictObject({
  library: Path,
  symbol: z.string().regex(/^\w+$/).default('unpack'),
  /** `int f(wlt, bmp, size)` or `int f(wlt, wltBytes, picture, &pictureBytes)`. */
  call: z.enum(['unpack', 'lengths']).default('unpack'),
  timeoutMs: Ms.default(2_000),
});

/** A document that cannot be read may come to lie right within this time: only then has it failed, once until it is taken away. */
const Settle = Ms.default(1_500);

const IdReader = z.discriminatedUnion('driver', [
  z.strictObject({
    driver: z.literal('sam'),
    port: Path,
    baudRate: z
      .union([z.literal(115_200), z.literal(57_600), z.literal(38_400), z.literal(19_200), z.literal(9_600)])
      .default(115_200),
    pollMs: Ms.default(200),
    settleMs: Settle,
    healthMs: Ms.default(5_000),
    photo: PhotoLibrary.optional(),
  }),
  /** A serial reader of machine-readable zones; the photograph is taken from the data page by a camera of its own. */
  z.strictObject({
    driver: z.literal('mrz'),
    port: Path,
    baudRate: z.int().positive().default(9_600),
    /** Silence for so long means that the document was taken away: longer than the reader waits before it says a zone again. */
    pauseMs: Ms.default(2_000),
    settleMs: Settle,
    photo: z.strictObject({ camera: Camera, timeoutMs: Ms.default(5_000) }),
  }),
]);

/** Offsets on the chip by name, for lines that the device tree does not name so. */
const Offsets = z.record(Line, z.int().nonnegative()).default({});

const Gpio = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('emulated'), socket: Path }),
  /** `/dev/gpiochipN` through the GPIO v2 interface. */
  z.strictObject({ driver: z.literal('chardev'), chip: Path.default('/dev/gpiochip0'), lines: Offsets }),
  /** sysfs, for older kernels; the chip by its label, e.g. `pinctrl-bcm2711`. */
  z.strictObject({ driver: z.literal('onoff'), label: z.string().min(1), lines: Offsets }),
]);

/** `door` is active while it is open; what is left out is not wired. */
const Cabinet = z.strictObject({
  lines: z
    .strictObject({ agree: Input, cancel: Input, door: Input, ready: Output, busy: Output, cameraLight: Output })
    .partial()
    .default({}),
  debounceMs: z.number().nonnegative().default(30),
});

const Dispenser = z.strictObject({
  /** `null`: not wired. What each signal is: `drivers/card-dispenser/signals.ts`. */
  lines: z
    .strictObject({
      feed: Command,
      present: Command,
      retain: Command,
      enable: Output.nullable(),
      reset: Command.nullable(),
      transport: Input,
      exit: Input,
      retained: Input,
      low: Input.nullable(),
      empty: Input.nullable(),
      binFull: Input.nullable(),
      ready: Input.nullable(),
      error: Input.nullable(),
      jammed: Input.nullable(),
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
  /** No reader: the cards lie in the stack in the order of the batch file. */
  z.strictObject({ driver: z.literal('batch-order') }),
]);

const Broker = z.strictObject({
  /** `mqtt+unix:///path/of/a.socket` for a broker on this very machine. */
  url: z.url({ protocol: BROKER_PROTOCOL }),
  username: z.string().exactOptional(),
  password: z.string().exactOptional(),
  /** PEM files for `mqtts:`: who vouches for the broker, and the kiosk's own certificate and key; otherwise credentials. */
  tls: z.strictObject({ ca: Path, cert: Path, key: Path }).partial().exactOptional(),
  /** `auto`: MQTT 5, and 3.1.1 for a broker that refuses it. */
  mqtt: z.enum(['auto', '5', '3.1.1']).default('auto'),
  /** After a loss up to the first, then doubling up to the longest, each anywhere below: a broker that is back is not stormed. */
  reconnectMs: z.strictObject({ first: Ms.default(5_000), longest: Ms.default(60_000) }).prefault({}),
});

/** Public part of the carrier's X25519 key (RFC 8037). */
const PublicKey = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('X25519'),
  x: Coordinate,
  kid: z.string().exactOptional(),
});

/** States whose activity is a movement of the dispenser. */
const movements = ['staging', 'presenting', 'retaining'] as const;

/** The configuration of one kiosk. Unknown keys are refused. Relative paths count from the file's own folder. */
export const ConfigSchema = z
  .strictObject({
    kiosk: KioskId,
    /** Where the journal and the sockets live. */
    stateDir: Path,
    /** Unix sockets, where they are to lie elsewhere than in `stateDir`: for the network process, screens, technicians. */
    sockets: z.strictObject({ link: Path, panel: Path, control: Path }).partial().prefault({}),
    camera: Camera,
    idReader: IdReader,
    gpio: Gpio,
    dispenser: Dispenser.prefault({}),
    cardIdentifier: CardIdentifier,
    cabinet: Cabinet.prefault({}),
    face: z
      .strictObject({
        models: Path.optional(),
        /** A model set of `models/manifest.json`; its default set when left out. */
        set: z.string().min(1).optional(),
        /** `onnx`: ONNX Runtime. `tfjs`: TensorFlow.js, native where `@tensorflow/tfjs-node` is installed, else WebAssembly. */
        engine: z.enum(FACE_ENGINES).default('onnx'),
        tries: z.int().min(1).max(10).default(3),
        captureMs: Ms.default(20_000),
        /** Without it a photograph held up passes: only for a set of models that cannot judge it, and with staff beside it. */
        challenge: z.boolean().default(true),
        stepMs: Ms.default(6_000),
        /** How long the networks may take to load and warm up, and then one answer, before they are started again. */
        startMs: Ms.default(30_000),
        answerMs: Ms.default(5_000),
      })
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
    /** So many faces that did not match a document lock it at this kiosk, for so long after the last of them. */
    documentLock: z
      .strictObject({ failures: z.int().min(1).max(100).default(3), forMs: Ms.default(1_800_000) })
      .prefault({}),
    /** What is offered. */
    services: z.array(z.enum(serviceNames)).min(1).default(serviceNames),
    /** What customers agree to, as it is shown to them; the hash of exactly these texts goes out. */
    consent: Term.optional(),
    noPassingOn: Term.optional(),
    /** Where the outputs and their safe levels are written down for `systemd/safe-off`; in memory, e.g. below `/run`. */
    safeOffFile: Path.optional(),
    /** Acknowledged history older than this goes; what the carrier has not acknowledged stays. */
    journal: z
      .strictObject({
        keepDays: z.int().min(1).max(3_650).default(90),
        /** No sale is begun with less than this free on its disk, or with more events than this unacknowledged. */
        minFreeMb: z.number().nonnegative().default(16),
        maxWaiting: z.int().positive().default(200_000),
      })
      .prefault({}),
    /** When a measurement is an alarm; what each is: `src/kiosk/monitors/table.ts`. */
    monitors: z
      .strictObject({
        /** Of the cards that the newest refill brought. */
        stockLowPercent: z.int().min(0).max(100).default(10),
        temperatureC: z.number().min(0).max(150).default(80),
        diskFreeMb: z.int().nonnegative().default(200),
        faceRefusalPercent: z.int().min(1).max(100).default(50),
        readerErrorsPerHour: z.int().positive().default(10),
      })
      .prefault({}),
    /** Loaded once, by its name: one ICCID a line, in the order of the stack. */
    batchFile: Path.optional(),
    broker: Broker,
    /** Where `link` offers its Prometheus metrics, on the loopback interface; left out: nowhere. */
    metricsPort: z.int().min(1).max(65_535).exactOptional(),
    carrier: z.strictObject({
      publicKey: PublicKey,
      /** Whatever the carrier says is signed by one of these. */
      signingKeys: z.array(SigningKey).min(1),
    }),
    /** Private JWK that the kiosk's messages are signed with; made when it is not there. A credential comes before it. */
    signingKey: Path.optional(),
    /** Milliseconds by state, where they differ from the table of states. */
    deadlinesMs: z.partialRecord(z.enum(limitedStates), Ms.max(LONGEST_STATE_MS)).default({}),
    /** How long settings from the carrier have to prove themselves before those before are in force again. */
    trialMs: Ms.default(300_000),
    /** How long the last screen of a visit stays. */
    farewellMs: z.int().nonnegative().max(LONGEST_MS).default(4_000),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  })
  .superRefine(({ dispenser, deadlinesMs }, context) => {
    // A jam must be known as one before the state ends: otherwise the next customer is sent into it.
    const longestMs = dispenser.travelMs * (dispenser.jamRetries + 1);
    for (const state of movements) {
      const deadlineMs = deadlinesMs[state] ?? states[state].deadlineMs ?? Infinity;
      if (longestMs < deadlineMs) continue;
      const message = `travelMs × (jamRetries + 1) is ${longestMs}, but ${state} ends after ${deadlineMs}`;
      context.addIssue({ code: 'custom', path: ['dispenser'], message });
    }
  });

export type Config = z.output<typeof ConfigSchema>;
export type ConfigInput = z.input<typeof ConfigSchema>;
