import type { Cabinet } from '../contracts/cabinet.js';
import type { Camera, Frame } from '../contracts/camera.js';
import type { CardIdentifier } from '../contracts/card-identifier.js';
import type { FaceVerifier, Inspection, Verdict } from '../contracts/face-verifier.js';
import type { DocumentFields, IdDocument, IdReader } from '../contracts/id-reader.js';
import type { Screen } from '../contracts/panel.js';
import { KioskError, type ErrorCode } from '../errors.js';
import type { Devices } from '../kiosk/devices.js';
import { pause } from '../lib/clock.js';
import { Listeners } from '../lib/listeners.js';
import { onAbort } from '../lib/on-abort.js';
import { Private } from '../lib/private.js';
import { never, type Life } from './clock.js';
import type { VirtualDispenser } from './dispenser.js';
import type { Machine } from './machine.js';
import { VirtualPanel } from './panel.js';
import type { DocumentPlan } from './plan.js';
import { VirtualDevice } from './virtual-device.js';

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
  /** The camera is switched on or off. */
  readonly films: (on: boolean) => void;
  /** A card is read. */
  readonly reads: (iccid: string) => void;
  /** What was read of a person is still there when the next one is read. */
  readonly outlives: () => void;
  /** The next exchange with the reader fails once. */
  readonly losesFrame: () => boolean;
}

/** All devices of one run of the program: classes, for a literal that is made of others is slow to make and to use. */
export class VirtualDevices implements Devices {
  readonly panel: VirtualPanel;
  readonly dispenser: VirtualDispenser;
  readonly idReader: VirtualReader;
  readonly camera: VirtualCamera;
  readonly verifier: VirtualVerifier;
  readonly cardIdentifier: VirtualIdentifier;
  readonly cabinet: VirtualCabinet;

  constructor(
    life: Life,
    machine: Machine,
    dispenser: VirtualDispenser,
    around: Surroundings,
    see: (screen: Screen) => void,
  ) {
    this.panel = new VirtualPanel(life, see);
    this.dispenser = dispenser;
    this.idReader = new VirtualReader(life, around);
    this.camera = new VirtualCamera(around);
    this.verifier = new VirtualVerifier(life, around);
    this.cardIdentifier = new VirtualIdentifier(life, machine, around);
    this.cabinet = new VirtualCabinet(life, around);
    this.review();
  }

  /** Looks at what is at fault now. */
  review(): void {
    for (const one of [this.idReader, this.camera, this.verifier, this.dispenser]) one.review();
  }
}

class VirtualReader extends VirtualDevice implements IdReader {
  readonly name = 'idReader';
  readonly #life: Life;
  readonly #around: Surroundings;
  #last: IdDocument | undefined;

  constructor(life: Life, around: Surroundings) {
    super();
    this.#life = life;
    this.#around = around;
  }

  async read(signal: AbortSignal): Promise<IdDocument> {
    if (!this.#life.alive) return never();
    const around = this.#around;
    around.looks('idReader');
    if (this.#last && !this.#last.fields.isWiped) around.outlives();
    const fault = around.fault('idReader');
    if (fault) throw new KioskError(fault);
    const document = around.document();
    if (!around.isPresent() || document === 'none') return aborted(signal);
    await pause(this.#life.clock, READ_MS, signal);
    const gone = around.fault('idReader');
    if (gone) throw new KioskError(gone);
    if (around.losesFrame()) throw new KioskError('reader.bad-frame');
    if (document === 'unreadable') throw new KioskError('document.unreadable');
    this.#last = documentOf(document, around.holder());
    return this.#last;
  }

  protected override findFault(): ErrorCode | undefined {
    return this.#around.fault('idReader');
  }
}

class VirtualCamera extends VirtualDevice implements Camera {
  readonly name = 'camera';
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    super();
    this.#around = around;
  }

  warm(): () => void {
    this.#around.films(true);
    return () => this.#around.films(false);
  }

  async *frames(): AsyncGenerator<Frame, void, undefined> {
    await Promise.resolve();
  }

  protected override findFault(): ErrorCode | undefined {
    return this.#around.fault('camera');
  }
}

class VirtualVerifier extends VirtualDevice implements FaceVerifier {
  readonly name = 'verifier';
  readonly #life: Life;
  readonly #around: Surroundings;

  constructor(life: Life, around: Surroundings) {
    super();
    this.#life = life;
    this.#around = around;
  }

  async enrol(): Promise<void> {
    await this.#compute();
    this.#work();
  }

  async capture(
    _frames: AsyncIterable<Frame>,
    { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal },
  ): Promise<number> {
    if (!this.#life.alive) return never();
    const around = this.#around;
    around.looks('camera');
    const fault = around.fault('camera');
    if (fault) throw new KioskError(fault);
    await pause(this.#life.clock, around.isPresent() ? FACE_MS : deadlineMs, signal);
    this.#work();
    if (!around.isPresent()) throw new KioskError('face.no-face');
    const lost = around.fault('camera');
    if (lost) throw new KioskError(lost);
    return VERIFY_MS;
  }

  async verify(): Promise<Verdict> {
    await this.#compute();
    this.#work();
    return this.#around.matches() ? { decision: 'match' } : { decision: 'no-match', reason: 'face.no-match' };
  }

  inspect(): Promise<Inspection> {
    return Promise.resolve({ width: 1, height: 1, faces: [] });
  }

  wipe(): Promise<void> {
    return Promise.resolve();
  }

  protected override findFault(): ErrorCode | undefined {
    return this.#around.fault('verifier');
  }

  #compute(): Promise<void> {
    return new Promise((resolve) => {
      this.#life.clock.after(VERIFY_MS, resolve);
    });
  }

  #work(): void {
    if (this.findFault()) throw new KioskError('face.engine-failed');
  }
}

class VirtualIdentifier extends VirtualDevice implements CardIdentifier {
  readonly name = 'cardIdentifier';
  readonly reads = true;
  readonly #life: Life;
  readonly #machine: Machine;
  readonly #around: Surroundings;

  constructor(life: Life, machine: Machine, around: Surroundings) {
    super();
    this.#life = life;
    this.#machine = machine;
    this.#around = around;
  }

  expect(): void {
    // Whatever lies in the transport is read.
  }

  async identify(signal: AbortSignal): Promise<string> {
    const iccid = this.#machine.isDirty ? undefined : this.#machine.first('transport');
    await pause(this.#life.clock, iccid === undefined ? UNREADABLE_MS : SCAN_MS, signal);
    if (iccid === undefined) throw new KioskError('card.unreadable');
    this.#around.reads(iccid);
    return iccid;
  }
}

class VirtualCabinet extends VirtualDevice implements Cabinet {
  readonly name = 'cabinet';
  readonly #life: Life;
  readonly #around: Surroundings;
  readonly #doors = new Listeners<[boolean]>();

  constructor(life: Life, around: Surroundings) {
    super();
    this.#life = life;
    this.#around = around;
  }

  doorOpen(): boolean {
    return this.#around.doorOpen();
  }

  onDoor(listener: (open: boolean) => void): () => void {
    return this.#doors.add(listener);
  }

  onInput(): () => void {
    return () => undefined;
  }

  show(): void {
    // Nobody looks at its lamps.
  }

  light(): Promise<void> {
    return Promise.resolve();
  }

  doorMoved(): void {
    if (this.#life.alive) this.#doors.emit(this.#around.doorOpen());
  }
}

/** Never resolves. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    onAbort(signal, () => reject(signal.reason as Error));
  });
}

/** What is wrong with a document that is not good. */
const WRONG: Readonly<Partial<Record<DocumentPlan, Partial<DocumentFields>>>> = {
  expired: { validTo: '20210101' },
  early: { validFrom: '20990101' },
  young: { birth: '20200101' },
  foreign: { type: 'resident' },
  nameless: { name: '' },
  wrong: { number: 'WRONG' },
};

function documentOf(document: DocumentPlan, holder: number): IdDocument {
  const fields: DocumentFields = {
    type: 'foreign-permanent-resident',
    layout: 'I',
    name: 'SIMULATED',
    sex: 'F',
    nationality: 'UTO',
    birth: '19900101',
    validFrom: '20200101',
    validTo: '20991231',
    number: `UTO${String(holder).padStart(12, '0')}`,
  };
  const held = WRONG[document];
  return {
    fields: new Private(held ? { ...fields, ...held } : fields),
    photo: new Private(new Uint8Array(1)),
    readMs: READ_MS,
  };
}
