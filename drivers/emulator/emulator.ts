import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Screen } from '../../src/contracts/panel.js';
import type { ErrorCode } from '../../src/errors.js';
import { statePaths } from '../../src/config/paths.js';
import { batchIccids } from '../../src/lib/iccid.js';
import { modelsDir } from '../../src/lib/paths.js';
import { createOnnxEngine } from '../face-engine/onnx.js';
import { emptyRoom } from './camera/room.js';
import { VirtualCamera } from './camera/virtual-camera.js';
import { dispenserChipLines, EmulatedDispenser } from './card-dispenser/world.js';
import { EmulatedScanner } from './card-identifier.js';
import type { Cast, Visitor } from './cast.js';
import { prepare } from './customer/props.js';
import { CustomerScreen } from './customer/screen.js';
import { CustomerVisit, type Ending, type Machine } from './customer/visit.js';
import { EmulatedGpioChip } from './gpio-chip.js';
import { EmulatedSamReader } from './id-reader/sam-reader.js';
import { openPty } from './pty.js';
import { seededRandom } from './random.js';

export interface EmulatorOptions {
  readonly cast: Cast;
  /** The kiosk's state directory: the emulator's own things lie in its `emulator` folder. Nothing of the cast does. */
  readonly dir: string;
  /** How long a motor runs, a customer takes to react, and waits at most to be invited. Milliseconds. */
  readonly pace: { readonly travelMs: number; readonly reactionMs: number; readonly patienceMs: number };
  readonly seed?: number;
  readonly onEvent?: (event: EmulatorEvent) => void;
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
  readonly dispenser: EmulatedDispenser;
  readonly scanner: EmulatedScanner;
  readonly chip: EmulatedGpioChip;
  /** Sends so many customers in, from the first of the cast again after the last. Resolves when the last one left. */
  serve(visits: number): Promise<void>;
  close(): Promise<void>;
}

/** Brings the hardware up, fills the stack when it is empty, and writes the batch file. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { cast, dir, pace, onEvent = () => undefined } = options;
  const random = seededRandom(options.seed ?? 1);
  const { emulator, panel } = statePaths(dir);
  const at = (name: string): string => join(emulator, name);
  await mkdir(emulator, { recursive: true, mode: 0o700 });

  const chip = new EmulatedGpioChip({ socket: at('gpio.sock'), lines: dispenserChipLines });
  const file = at('world.json');
  const dispenser = new EmulatedDispenser({
    chip,
    iccids: batchIccids(cast.cards),
    travelMs: pace.travelMs,
    binCapacity: Math.max(20, cast.cards),
    file,
    random,
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
  const reader = new EmulatedSamReader(readerLine, { random });
  reader.faults.split = true;
  reader.faults.noise = true;
  const scannerLine = openPty({ link: at('card-scanner') });
  const scanner = new EmulatedScanner(scannerLine, dispenser);
  const room = await emptyRoom();
  const camera = await VirtualCamera.listen(at('camera.sock'), () => room);
  await chip.plugIn();
  const engine = await createOnnxEngine({ modelsDir });

  const screen = new CustomerScreen(panel);
  screen.onChange((shown) => onEvent({ type: 'screen', screen: shown }));
  dispenser.onMoved((_iccid, to) => onEvent({ type: 'card', to }));
  const machine: Machine = { screen, camera, reader, dispenser, emptyRoom: room };
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
    dispenser,
    scanner,
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
      dispenser.close();
      await Promise.all([camera.close(), chip.close(), readerLine.close(), scannerLine.close(), engine.close()]);
    },
  };
}
