import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Screen } from '../../src/contracts/panel.js';
import type { ErrorCode } from '../../src/errors.js';
import { statePaths } from '../../src/config/paths.js';
import { batchIccids } from '../../src/lib/iccid.js';
import { readModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';
import { createOnnxEngine } from '../face-engine/onnx.js';
import { cabinetChipLines, EmulatedCabinet } from './cabinet.js';
import { emptyRoom } from './camera/room.js';
import { VirtualCamera } from './camera/virtual-camera.js';
import type { SignalChanges } from '../card-dispenser/signals.js';
import { chipLinesOf } from './card-dispenser/wirings.js';
import { EmulatedDispenser } from './card-dispenser/world.js';
import type { ChipWires } from './chip-wires.js';
import { EmulatedScanner } from './card-identifier.js';
import type { Cast, Visitor } from './cast.js';
import { prepare } from './customer/props.js';
import { CustomerScreen } from './customer/screen.js';
import { Tray } from './customer/tray.js';
import { CustomerVisit, type Ending, type Machine } from './customer/visit.js';
import { emptyGlass } from './data-page.js';
import type { FarEnd } from './far-end.js';
import { EmulatedGpioChip } from './gpio-chip.js';
import { EmulatedMrzReader } from './id-reader/mrz-reader.js';
import { EmulatedSamReader } from './id-reader/sam-reader.js';
import { openPty } from './pty.js';
import { seededRandom } from '../../src/lib/random.js';

export interface EmulatorOptions {
  readonly cast: Cast;
  /** The kiosk's state directory: the emulator's own things lie in its `emulator` folder. Nothing of the cast does. */
  readonly dir: string;
  /** How long a motor runs, a customer takes to react, and waits at most to be invited. Milliseconds. */
  readonly pace: { readonly travelMs: number; readonly reactionMs: number; readonly patienceMs: number };
  readonly seed?: number;
  /** How the dispenser is wired, where it differs from the default. */
  readonly dispenserSignals?: SignalChanges | undefined;
  readonly real?: RealLines | undefined;
  readonly onEvent?: (event: EmulatorEvent) => void;
}

/** Real lines of this machine in place of the emulated ones; whoever gives them closes them. */
export interface RealLines {
  readonly wires?: ChipWires;
  readonly reader?: FarEnd;
}

/** What can be seen from outside. */
export type EmulatorEvent =
  | { readonly type: 'customer'; readonly visitor: Visitor; readonly visit: number }
  | { readonly type: 'screen'; readonly screen: Screen | undefined }
  | { readonly type: 'card'; readonly to: string }
  | { readonly type: 'left'; readonly visit: number; readonly ending: Ending | undefined }
  /** The customer was never invited. */
  | { readonly type: 'turned-away'; readonly visit: number; readonly reason: ErrorCode };

/** Everything a service finds around it: hardware and customers. */
export interface Emulator {
  readonly camera: VirtualCamera;
  readonly reader: EmulatedSamReader;
  /** Beside it, a reader of machine-readable zones, and the camera that looks at the data page on it. */
  readonly mrzReader: EmulatedMrzReader;
  readonly pageCamera: VirtualCamera;
  readonly dispenser: EmulatedDispenser;
  readonly scanner: EmulatedScanner;
  readonly cabinet: EmulatedCabinet;
  readonly chip: EmulatedGpioChip;
  /** Sends so many customers in, from the first of the cast again after the last. Resolves when the last one left. */
  serve(visits: number): Promise<void>;
  close(): Promise<void>;
}

/** Brings the hardware up, fills the stack when it is empty, and writes the batch file. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { cast, dir, pace, dispenserSignals = {}, real = {}, onEvent = () => undefined } = options;
  const random = seededRandom(options.seed ?? 1);
  const { emulator, panel } = statePaths(dir);
  const at = (name: string): string => join(emulator, name);
  await mkdir(emulator, { recursive: true, mode: 0o700 });

  const chip = new EmulatedGpioChip({
    socket: at('gpio.sock'),
    lines: [...chipLinesOf(dispenserSignals), ...cabinetChipLines],
  });
  const wires = real.wires ?? chip;
  const cabinet = new EmulatedCabinet(wires, random);
  const file = at('world.json');
  const dispenser = new EmulatedDispenser({
    chip: wires,
    iccids: batchIccids(cast.cards),
    travelMs: pace.travelMs,
    binCapacity: Math.max(20, cast.cards),
    file,
    random,
    signals: dispenserSignals,
  });
  const writeBatch = (iccids: readonly string[]): Promise<void> =>
    writeFile(at('batch.txt'), iccids.map((iccid) => `${iccid}\n`).join(''));
  // As a technician does: the list first, then the cards.
  const refill = async (): Promise<void> => {
    const iccids = batchIccids(cast.cards, dispenser.cards().length + 1);
    await writeBatch(iccids);
    dispenser.refill(iccids);
  };
  const stack = dispenser.cards().filter(({ at: place }) => place !== 'taken' && place !== 'retained');
  await writeBatch(stack.map(({ iccid }) => iccid));
  if (dispenser.counts().inStack === 0) await refill();

  const readerLine = openPty({ link: at('id-reader') });
  const reader = new EmulatedSamReader(real.reader ?? readerLine, { random });
  reader.faults.split = true;
  reader.faults.noise = true;
  const mrzLine = openPty({ link: at('mrz-reader') });
  const mrzReader = new EmulatedMrzReader(mrzLine, { random });
  mrzReader.faults.split = true;
  mrzReader.faults.noise = true;
  const glass = await emptyGlass();
  const pageCamera = await VirtualCamera.listen(at('data-page.sock'), () => glass);
  const tray = new Tray(reader, mrzReader, pageCamera, glass);
  const scannerLine = openPty({ link: at('card-scanner') });
  const scanner = new EmulatedScanner(scannerLine, dispenser);
  const room = await emptyRoom();
  const camera = await VirtualCamera.listen(at('camera.sock'), () => room);
  await chip.plugIn();
  const engine = await createOnnxEngine({ set: readModelSet(modelsDir) });

  const screen = new CustomerScreen(panel);
  screen.onChange((shown) => onEvent({ type: 'screen', screen: shown }));
  dispenser.onMoved((_iccid, to) => onEvent({ type: 'card', to }));
  const machine: Machine = { screen, camera, tray, dispenser, emptyRoom: room };
  const closing = new AbortController();

  const serve = async (visits: number): Promise<void> => {
    for (let visit = 1; visit <= visits && !closing.signal.aborted; visit += 1) {
      const visitor = cast.visitors[(visit - 1) % cast.visitors.length];
      if (!visitor) return;
      // The cards of a cast are for its first visits; when it comes again, a technician has been there.
      if (visit > cast.visitors.length && dispenser.counts().inStack === 0) await refill();
      const props = await prepare(visitor, engine, random);
      onEvent({ type: 'customer', visitor, visit });
      const result = await new CustomerVisit(machine, visitor, props, pace).run(closing.signal);
      if (result?.kind === 'turned-away') onEvent({ type: 'turned-away', visit, reason: result.reason });
      else onEvent({ type: 'left', visit, ending: result?.ending });
    }
  };

  let serving: Promise<void> = Promise.resolve();
  return {
    camera,
    reader,
    mrzReader,
    pageCamera,
    dispenser,
    scanner,
    cabinet,
    chip,
    serve(visits) {
      serving = serving.then(() => serve(visits));
      return serving;
    },
    async close() {
      closing.abort();
      // Whoever asked for the visits has heard of their failure.
      await serving.catch(() => undefined);
      screen.close();
      scanner.close();
      reader.close();
      mrzReader.close();
      dispenser.close();
      cabinet.close();
      const lines = [readerLine, mrzLine, scannerLine];
      await Promise.all([camera, pageCamera, chip, ...lines, engine].map((part) => part.close()));
    },
  };
}
