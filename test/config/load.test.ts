import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { test, type Test } from 'tap';
import { paces, virtualConfig } from '../../src/cli/virtual-config.js';
import { loadConfig, parseConfig } from '../../src/config/load.js';
import { KioskError } from '../../src/errors.js';
import { STUCK_MS } from '../../src/fleet/condition.js';
import { states } from '../../src/transaction/states.js';
import { CARRIER_KEY, CARRIER_SIGNING_KEY } from '../support/signed.js';

const KEY = CARRIER_KEY;
const SIGNING = [CARRIER_SIGNING_KEY] as const;
/** No more than what has no default. */
const LEAST = {
  kiosk: 'kiosk-1',
  stateDir: 'state',
  camera: { driver: 'emulated', socket: 'camera.sock' },
  idReader: { driver: 'sam', port: '/dev/ttyS0' },
  gpio: { driver: 'emulated', socket: '../gpio.sock' },
  cardIdentifier: { driver: 'scanner', port: 'scanner' },
  broker: { url: 'mqtts://broker.example:8883' },
  carrier: { publicKey: KEY, signingKeys: SIGNING },
} as const;

async function newFolder(t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'simkiosk-test-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function written(t: Test, content: unknown): Promise<{ dir: string; file: string }> {
  const dir = await newFolder(t);
  const file = join(dir, 'kiosk.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return { dir, file };
}

function refusal(config: unknown): KioskError {
  try {
    parseConfig(config, 'kiosk.json');
  } catch (error) {
    if (error instanceof KioskError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

test('a file that is not there, or a folder in its place, is missing', async (t) => {
  const dir = await newFolder(t);
  const file = join(dir, 'kiosk.json');
  await t.rejects(loadConfig(file), { code: 'config.missing', detail: file });
  await mkdir(file);
  await t.rejects(loadConfig(file), { code: 'config.missing', detail: file });
});

test('a file that is not JSON is refused by its name, without its content', async (t) => {
  for (const content of ['', '{', '{"kiosk": "k",}', 'secret-password']) {
    const { file } = await written(t, content);
    await t.rejects(loadConfig(file), { code: 'config.not-json', detail: file });
  }
});

test('JSON that is no configuration at all is refused', (t) => {
  for (const config of [null, [], 1, 'kiosk', {}]) t.equal(refusal(config).code, 'config.invalid');
  t.end();
});

test('an unknown key is refused by its name, wherever it stands', (t) => {
  t.match(refusal({ ...LEAST, colour: 'red' }), { code: 'config.invalid', detail: /^kiosk\.json: .*colour/ });
  t.match(refusal({ ...LEAST, camera: { ...LEAST.camera, zoom: 2 } }).detail, /zoom.*camera/);
  t.match(refusal({ ...LEAST, dispenser: { lines: { push: 'x' } } }).detail, /push.*dispenser\.lines/);
  t.match(refusal({ ...LEAST, deadlinesMs: { lunch: 1_000 } }).detail, /lunch/);
  t.end();
});

test('a value of the wrong type is refused by the name of its key', (t) => {
  const wrong: Readonly<Record<string, unknown>> = {
    stateDir: { ...LEAST, stateDir: 7 },
    kiosk: { ...LEAST, kiosk: 'Kiosk 1' },
    'idReader.baudRate': { ...LEAST, idReader: { ...LEAST.idReader, baudRate: 300 } },
    'camera.driver': { ...LEAST, camera: { driver: 'v4l3', socket: 'x' } },
    'broker.url': { ...LEAST, broker: { url: 'http://broker.example' } },
    'carrier.publicKey.x': { ...LEAST, carrier: { publicKey: { ...KEY, x: 'of the carrier' }, signingKeys: SIGNING } },
    'carrier.publicKey.crv': { ...LEAST, carrier: { publicKey: { ...KEY, crv: 'P-256' }, signingKeys: SIGNING } },
    'rules.minimumAge': { ...LEAST, rules: { minimumAge: '16' } },
    'rules.accepted': { ...LEAST, rules: { accepted: [] } },
    'face.tries': { ...LEAST, face: { tries: 0 } },
    'deadlinesMs.presented': { ...LEAST, deadlinesMs: { presented: -1 } },
    logLevel: { ...LEAST, logLevel: 'loud' },
  };
  for (const [key, config] of Object.entries(wrong)) {
    const { code, detail } = refusal(config);
    t.equal(code, 'config.invalid', key);
    t.ok(detail?.includes(`at ${key}`), `${key}: ${detail ?? ''}`);
    t.notOk(detail?.includes('\n'), 'on one line');
  }
  t.end();
});

test('every wrong key is named at once, a missing one too', (t) => {
  const { detail } = refusal({ ...LEAST, kiosk: undefined, stateDir: 7, farewellMs: 'long' });
  for (const key of ['kiosk', 'stateDir', 'farewellMs']) t.ok(detail?.includes(`at ${key}`), `${key}: ${detail ?? ''}`);
  t.end();
});

test('what is refused does not show a password or a private key', (t) => {
  const broker = { url: 'mqtt://b', username: 'kiosk', password: ['hunter2'] };
  const withPrivate = { ...KEY, d: 'private-part' };
  const { message } = refusal({ ...LEAST, broker, carrier: { publicKey: withPrivate, signingKeys: SIGNING } });
  t.match(message, /broker\.password/);
  t.notMatch(message, /hunter2|private-part/);
  t.end();
});

test('a deadline for a state that lasts for ever is refused: nothing could end it', (t) => {
  for (const [state, { deadlineMs }] of Object.entries(states)) {
    const config = { ...LEAST, deadlinesMs: { [state]: 60_000 } };
    if (deadlineMs === undefined) t.throws(() => parseConfig(config, 'x'), { code: 'config.invalid' }, state);
    else t.doesNotThrow(() => parseConfig(config, 'x'), state);
  }
  t.end();
});

test('a time that no timer waits for, or in which a kiosk counts as stuck, is refused', (t) => {
  const long = 2 ** 31;
  const wrong: Readonly<Record<string, unknown>> = {
    farewellMs: { ...LEAST, farewellMs: long },
    trialMs: { ...LEAST, trialMs: long },
    'face.captureMs': { ...LEAST, face: { captureMs: long } },
    'deadlinesMs.consent': { ...LEAST, deadlinesMs: { consent: STUCK_MS } },
  };
  for (const [key, config] of Object.entries(wrong)) t.ok(refusal(config).detail?.includes(`at ${key}`), key);
  t.doesNotThrow(() => parseConfig({ ...LEAST, trialMs: long - 1, deadlinesMs: { consent: 300_000 } }, 'x'));
  t.end();
});

test('relative paths count from the folder of the file, absolute ones stay', async (t) => {
  const { dir, file } = await written(t, { ...LEAST, batchFile: 'b/batch.txt', face: { models: 'models' } });
  const expected = {
    stateDir: join(dir, 'state'),
    camera: { socket: join(dir, 'camera.sock') },
    idReader: { port: '/dev/ttyS0' },
    gpio: { socket: join(dir, '../gpio.sock') },
    cardIdentifier: { port: join(dir, 'scanner') },
    batchFile: join(dir, 'b/batch.txt'),
    face: { models: join(dir, 'models') },
  };
  t.match(await loadConfig(file), expected);
  t.match(await loadConfig(relative(process.cwd(), file)), expected, 'also when the file itself is named relatively');
});

test('what is left out has its default', (t) => {
  t.same(parseConfig(LEAST, 'x'), {
    ...LEAST,
    broker: { ...LEAST.broker, mqtt: 'auto', reconnectMs: { first: 5_000, longest: 60_000 } },
    idReader: { ...LEAST.idReader, baudRate: 115_200, pollMs: 200, settleMs: 1_500, healthMs: 5_000 },
    sockets: {},
    cabinet: { lines: {}, debounceMs: 30 },
    dispenser: { lines: {}, debounceMs: 10, travelMs: 5_000, jamRetries: 5 },
    cardIdentifier: { ...LEAST.cardIdentifier, baudRate: 9_600, timeoutMs: 3_000 },
    face: {
      engine: 'onnx',
      tries: 3,
      captureMs: 20_000,
      challenge: true,
      stepMs: 6_000,
      startMs: 30_000,
      answerMs: 5_000,
    },
    rules: {
      accepted: ['resident', 'hmt-residence-permit', 'foreign-permanent-resident'],
      minimumAge: 16,
      documentTries: 3,
    },
    journal: { keepDays: 90, minFreeMb: 16, maxWaiting: 200_000 },
    monitors: {
      stockLowPercent: 10,
      temperatureC: 80,
      diskFreeMb: 200,
      faceRefusalPercent: 50,
      readerErrorsPerHour: 10,
    },
    deadlinesMs: {},
    documentLock: { failures: 3, forMs: 1_800_000 },
    services: ['new-sim', 'replace-sim', 'my-numbers'],
    trialMs: 300_000,
    farewellMs: 4_000,
    logLevel: 'info',
  });
  t.end();
});

test('the kiosk.json that emulate writes works, at every pace', async (t) => {
  for (const pace of ['real', 'fast'] as const) {
    const keys = { carrierKey: KEY, carrierSigningKey: CARRIER_SIGNING_KEY };
    const options = { pace, brokerUrl: 'mqtt://127.0.0.1:1883', emulator: '/tmp/state/emulator' };
    const { dir, file } = await written(t, virtualConfig({ ...options, ...keys }));
    t.match(await loadConfig(file), {
      kiosk: 'virtual-1',
      stateDir: dir,
      camera: { socket: '/tmp/state/emulator/camera.sock' },
      batchFile: '/tmp/state/emulator/batch.txt',
      deadlinesMs: paces[pace].deadlinesMs,
      farewellMs: paces[pace].farewellMs,
    });
  }
});

test('lines of dispenser and cabinet are named, given in full, or left out; a pulse has its time', (t) => {
  const lines = { feed: { line: 'payout', activeLow: true, pulseMs: 250 }, enable: 'enable', low: null };
  const cabinet = { lines: { door: { line: '5', bias: 'pull-up' }, ready: '6' } };
  t.match(parseConfig({ ...LEAST, dispenser: { lines }, cabinet }, 'x'), {
    dispenser: { lines: { feed: { line: 'payout', activeLow: true, pulseMs: 250 }, enable: 'enable', low: null } },
    cabinet: { lines: { door: { line: '5', activeLow: false, bias: 'pull-up' }, ready: '6' }, debounceMs: 30 },
  });
  for (const wrong of [{ transport: null }, { feed: null }, { feed: { line: '1', bias: 'pull-up' } }, { shutter: '1' }])
    t.throws(() => parseConfig({ ...LEAST, dispenser: { lines: wrong } }, 'x'), { code: 'config.invalid' });
  t.end();
});

test('a dispenser that would try for longer than its state lasts is refused: its jam would go unnoticed', (t) => {
  const tries = (travelMs: number, deadlinesMs = {}) =>
    parseConfig({ ...LEAST, dispenser: { travelMs, jamRetries: 5 }, deadlinesMs }, 'x');
  t.doesNotThrow(() => tries(7_000));
  t.throws(() => tries(8_000), { code: 'config.invalid', detail: /staging ends after 45000/ });
  t.throws(() => tries(7_000, { retaining: 40_000 }), { code: 'config.invalid' });
  t.end();
});
