import type { Frame } from '../contracts/camera.js';
import type { Clock } from '../contracts/clock.js';
import type { Testable } from '../contracts/control.js';
import type { Lamps } from '../contracts/cabinet.js';
import { KioskError } from '../errors.js';
import { pause } from '../lib/clock.js';
import type { Devices } from './devices.js';
import { within } from './within.js';

type Result = Readonly<Record<string, unknown>>;

const DOCUMENT_MS = 30_000;
const WATCH_MS = 2_000;
const LAMP_MS = 1_000;
/** Longer than a feed that jams takes to say so, also in a unit that is late for every attempt; shorter than any work may be. */
const STAGE_MS = 120_000;
const IDENTIFY_MS = 30_000;

/**
 * Tries one device for a technician. What is said of a document or a face is never who it belongs to.
 * @param picture also the last frame, as base64 of its JPEG
 * @throws the code of what the device cannot do
 */
export async function testDevice(devices: Devices, device: Testable, picture: boolean, clock: Clock): Promise<Result> {
  switch (device) {
    case 'reader':
      return testReader(devices, clock);
    case 'camera':
      return testCamera(devices, picture);
    case 'dispenser':
      return testDispenser(devices, clock);
    case 'lamps':
      return testLamps(devices, clock);
    case 'face':
      return testFace(devices);
  }
}

async function testReader({ idReader }: Devices, clock: Clock): Promise<Result> {
  fit(idReader);
  const document = await within(clock, DOCUMENT_MS, 'document.none', (signal) => idReader.read(signal));
  const { type, layout } = document.fields.reveal();
  const photoBytes = document.photo.reveal().byteLength;
  document.fields.wipe();
  document.photo.wipe();
  return { type, layout, photoBytes, readMs: Math.round(document.readMs) };
}

/** Watches for two seconds; every frame is overwritten, whatever happens. @throws the camera's or the verifier's code */
export async function testCamera(
  { camera, verifier }: Pick<Devices, 'camera' | 'verifier'>,
  picture: boolean,
): Promise<Result> {
  const begun = performance.now();
  const stop = new AbortController();
  const times: number[] = [];
  let last: Frame | undefined;
  try {
    for await (const frame of camera.frames(stop.signal)) {
      last?.jpeg.fill(0);
      last = frame;
      times.push(frame.at);
      if (frame.at - (times[0] ?? 0) > WATCH_MS) stop.abort();
    }
    if (!last) throw new KioskError('camera.stalled');
    const [first = 0] = times;
    const perSecond = Math.round(((times.length - 1) / (last.at - first)) * 10_000) / 10;
    const { buffer, byteOffset, byteLength } = last.jpeg;
    const shown = picture ? { picture: Buffer.from(buffer, byteOffset, byteLength).toString('base64') } : {};
    return { firstFrameMs: Math.round(first - begun), perSecond, ...(await verifier.inspect(last.jpeg)), ...shown };
  } finally {
    last?.jpeg.fill(0);
  }
}

async function testFace({ camera, verifier }: Devices): Promise<Result> {
  fit(verifier);
  const stop = new AbortController();
  for await (const { jpeg } of camera.frames(stop.signal)) {
    stop.abort();
    const begun = performance.now();
    const { faces } = await verifier.inspect(jpeg);
    return { faces, inspectMs: Math.round(performance.now() - begun) };
  }
  throw new KioskError('camera.stalled');
}

/**
 * Brings one card into the transport and identifies it; the kiosk then retains it and has it on its books.
 * @throws the dispenser's or the identifier's code, `dispenser.media-jam` also when the feed does not end
 */
export async function testDispenser(
  { dispenser, cardIdentifier }: Pick<Devices, 'dispenser' | 'cardIdentifier'>,
  clock: Clock,
): Promise<Result> {
  const before = await dispenser.status();
  cardIdentifier.expect();
  await within(clock, STAGE_MS, 'dispenser.media-jam', (signal) => dispenser.stage(signal));
  const iccid = await within(clock, IDENTIFY_MS, 'card.unreadable', (signal) => cardIdentifier.identify(signal));
  return { before, after: await dispenser.status(), iccid };
}

async function testLamps({ cabinet }: Devices, clock: Clock): Promise<Result> {
  const off: Lamps = { ready: false, busy: false };
  const wait = (): Promise<void> => pause(clock, LAMP_MS, new AbortController().signal);
  for (const lamp of ['ready', 'busy'] as const) {
    cabinet.show({ ...off, [lamp]: true });
    await wait();
  }
  cabinet.show(off);
  await cabinet.light(true);
  await wait();
  await cabinet.light(false);
  fit(cabinet);
  return { shown: ['ready', 'busy', 'camera'], doorOpen: cabinet.doorOpen() };
}

function fit(device: { fault(): ConstructorParameters<typeof KioskError>[0] | undefined }): void {
  const fault = device.fault();
  if (fault) throw new KioskError(fault);
}
