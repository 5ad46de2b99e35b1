import type { Frame } from '../contracts/camera.js';
import type { FaceVerifier, Verdict } from '../contracts/face-verifier.js';
import type { Device } from '../contracts/health.js';
import type { DocumentFields, IdDocument } from '../contracts/id-reader.js';
import type { Panel, PanelInput, Screen } from '../contracts/panel.js';
import { KioskError, type ErrorCode } from '../errors.js';
import type { Devices } from '../kiosk/devices.js';
import { pause } from '../lib/clock.js';
import { Health } from '../lib/health.js';
import { Listeners } from '../lib/listeners.js';
import { onAbort } from '../lib/on-abort.js';
import { Private } from '../lib/private.js';
import { never, type Life } from './clock.js';
import type { VirtualDispenser } from './dispenser.js';
import type { Machine } from './machine.js';
import type { DocumentPlan } from './plan.js';

const READ_MS = 700;
const FACE_MS = 1_500;
const VERIFY_MS = 60;
const SCAN_MS = 300;
const UNREADABLE_MS = 3_000;

/** What stands in front of the machine, as far as its devices can tell. */
export interface Surroundings {
  readonly document: () => DocumentPlan;
  /** Whoever it is, somebody stands there. */
  readonly isPresent: () => boolean;
  readonly holder: () => number;
  readonly matches: () => boolean;
  readonly fault: (device: 'idReader' | 'camera' | 'verifier') => ErrorCode | undefined;
  readonly doorOpen: () => boolean;
  /** A person is about to be read or looked at. */
  readonly looks: (device: 'idReader' | 'camera') => void;
  /** What was read of a person is still there when the next one is read. */
  readonly outlives: () => void;
  /** The next exchange with the reader fails once. */
  readonly losesFrame: () => boolean;
}

/** All devices of one run of the program. */
export interface VirtualDevices extends Devices {
  readonly panel: VirtualPanel;
  /** Looks at what is at fault now. */
  review(): void;
  doorMoved(): void;
}

export function createDevices(
  life: Life,
  machine: Machine,
  dispenser: VirtualDispenser,
  around: Surroundings,
  see: (screen: Screen) => void,
): VirtualDevices {
  const compute = (): Promise<void> =>
    new Promise((resolve) => {
      life.clock.after(VERIFY_MS, resolve);
    });
  const reader = device('idReader', () => around.fault('idReader'));
  const camera = device('camera', () => around.fault('camera'));
  const verifier = device('verifier', () => around.fault('verifier'));
  const cabinet = device('cabinet', () => undefined);
  const scanner = device('cardIdentifier', () => undefined);
  const doors = new Listeners<[boolean]>();
  let last: IdDocument | undefined;
  const panel = new VirtualPanel(life, see);

  const devices: VirtualDevices = {
    panel,
    dispenser,
    idReader: { ...reader.device, read: (signal) => read(signal) },
    camera: { ...camera.device, warm: () => () => undefined, frames },
    verifier: { ...verifier.device, ...verification() },
    cardIdentifier: { ...scanner.device, reads: true, expect: () => undefined, identify },
    cabinet: {
      ...cabinet.device,
      doorOpen: around.doorOpen,
      onDoor: (listener) => doors.add(listener),
      onInput: () => () => undefined,
      show: () => undefined,
      light: () => Promise.resolve(),
    },
    review() {
      for (const one of [reader, camera, verifier]) one.review();
      dispenser.review();
    },
    doorMoved() {
      if (life.alive) doors.emit(around.doorOpen());
    },
  };
  return devices;

  async function read(signal: AbortSignal): Promise<IdDocument> {
    if (!life.alive) return never();
    around.looks('idReader');
    if (last && !last.fields.isWiped) around.outlives();
    const fault = around.fault('idReader');
    if (fault) throw new KioskError(fault);
    const document = around.document();
    if (!around.isPresent() || document === 'none') return aborted(signal);
    await pause(life.clock, READ_MS, signal);
    const gone = around.fault('idReader');
    if (gone) throw new KioskError(gone);
    if (around.losesFrame()) throw new KioskError('reader.bad-frame');
    if (document === 'unreadable') throw new KioskError('document.unreadable');
    last = documentOf(document, around.holder());
    return last;
  }

  async function identify(signal: AbortSignal): Promise<string> {
    const iccid = machine.first('transport');
    await pause(life.clock, iccid === undefined ? UNREADABLE_MS : SCAN_MS, signal);
    if (iccid === undefined) throw new KioskError('card.unreadable');
    return iccid;
  }

  function verification(): Pick<FaceVerifier, 'enrol' | 'capture' | 'verify' | 'inspect' | 'wipe'> {
    const working = (): void => {
      const fault = around.fault('verifier');
      if (fault) throw new KioskError('face.engine-failed');
    };
    return {
      async enrol() {
        await compute();
        working();
      },
      async capture(_frames, { deadlineMs, signal }) {
        if (!life.alive) return never();
        around.looks('camera');
        const fault = around.fault('camera');
        if (fault) throw new KioskError(fault);
        await pause(life.clock, around.isPresent() ? FACE_MS : deadlineMs, signal);
        working();
        if (!around.isPresent()) throw new KioskError('face.no-face');
        const lost = around.fault('camera');
        if (lost) throw new KioskError(lost);
        return VERIFY_MS;
      },
      async verify(): Promise<Verdict> {
        await compute();
        working();
        return around.matches() ? { decision: 'match' } : { decision: 'no-match', reason: 'face.no-match' };
      },
      inspect: () => Promise.resolve({ width: 1, height: 1, faces: [] }),
      wipe: () => Promise.resolve(),
    };
  }
}

/** Never resolves. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    onAbort(signal, () => reject(signal.reason as Error));
  });
}

async function* frames(): AsyncGenerator<Frame, void, undefined> {
  await Promise.resolve();
}

function device(name: string, find: () => ErrorCode | undefined): { device: Device; review(): void } {
  const health = new Health(find());
  return {
    device: {
      name,
      fault: () => health.fault,
      onChange: (listener) => health.onChange(listener),
      close: () => Promise.resolve(),
    },
    review: () => health.set(find()),
  };
}

function documentOf(document: DocumentPlan, holder: number): IdDocument {
  const fields: DocumentFields = {
    type: 'foreign-permanent-resident',
    layout: 'I',
    name: 'SIMULATED',
    sex: 'F',
    nationality: 'UTO',
    birth: '19900101',
    validFrom: '20200101',
    validTo: document === 'expired' ? '20210101' : '20991231',
    number: document === 'wrong' ? 'WRONG' : `UTO${String(holder).padStart(12, '0')}`,
  };
  return { fields: new Private(fields), photo: new Private(new Uint8Array(1)), readMs: READ_MS };
}

/** The screen: what it shows goes to the customer. */
export class VirtualPanel implements Panel {
  readonly name = 'panel';
  readonly #inputs = new Listeners<[PanelInput]>();
  readonly #life: Life;
  readonly #see: (screen: Screen) => void;

  constructor(life: Life, see: (screen: Screen) => void) {
    this.#life = life;
    this.#see = see;
  }

  fault = () => undefined;
  onChange = () => () => undefined;
  close = () => Promise.resolve();
  onInput = (listener: (input: PanelInput) => void) => this.#inputs.add(listener);

  show(screen: Screen): void {
    if (this.#life.alive) this.#see(screen);
  }

  input(input: PanelInput): void {
    if (this.#life.alive) this.#inputs.emit(input);
  }
}
