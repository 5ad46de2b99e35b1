import { KioskError } from '../../src/errors.js';
import { CameraCore } from './camera-core.js';
import { STALL_MS, type FrameSink, type FrameSource } from './frame-source.js';
import { JpegSplitter } from './jpeg-splitter.js';
import { MemoryFolder } from './memory-folder.js';
import { StillProgram, type StillProgramOptions } from './still-program.js';

export interface StillOptions extends StillProgramOptions {
  /** A folder on a tmpfs. */
  readonly memoryDir: string;
}

/** A picture is given so many times as long as the slowest so far. */
const TIMES_SLOWEST = 3;

/** What a shell takes as it is: the names of devices and folders go through one. */
const PLAIN = /^[\w/.:+@%,=-]+$/;

/** A device that takes only stills, through `node-webcam`: as many a second as it can. @throws `config.invalid` */
export class StillCamera extends CameraCore {
  constructor(name: string, options: StillOptions) {
    for (const key of ['device', 'memoryDir'] as const)
      if (!PLAIN.test(options[key]))
        throw new KioskError('config.invalid', `camera.${key}: a name without blanks or quotes`);
    super(name, new StillSource(options));
  }
}

class StillSource implements FrameSource {
  readonly startMs: number;
  readonly strayed = false;
  readonly device: string;
  readonly #options: StillOptions;
  #folder: MemoryFolder | undefined;
  #program: StillProgram | undefined;
  #work: Promise<void> = Promise.resolve();
  /** Which `start` it is. */
  #turn = 0;
  /** Milliseconds that a picture took at most. */
  #slowest = 0;

  constructor(options: StillOptions) {
    this.#options = options;
    this.device = options.device;
    this.startMs = options.startMs;
  }

  /** Devices differ: how long a picture takes is known once there is one. */
  get stallMs(): number {
    return Math.min(this.startMs, Math.max(STALL_MS, TIMES_SLOWEST * this.#slowest));
  }

  start(sink: FrameSink): void {
    this.#turn += 1;
    const turn = this.#turn;
    this.#work = this.#work.then(async () => {
      try {
        await this.#shoot(sink, () => turn === this.#turn);
      } catch (error) {
        // The next start begins with a folder of its own: somebody may have cleaned up in memory.
        await this.#forget();
        if (turn === this.#turn) sink.fail(asKioskError(error));
      }
    });
  }

  stop(): void {
    this.#turn += 1;
    this.#program?.kill();
  }

  drop(): void {
    this.stop();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#work;
    await this.#forget();
  }

  async #forget(): Promise<void> {
    await this.#folder?.close();
    this.#folder = undefined;
    this.#program = undefined;
  }

  async #shoot(sink: FrameSink, wanted: () => boolean): Promise<void> {
    if (!wanted()) return;
    this.#folder ??= await MemoryFolder.open(this.#options.memoryDir);
    this.#program ??= new StillProgram(this.#options, this.#folder);
    while (wanted()) {
      const begun = performance.now();
      const frame = onlyJpeg(await this.#program.take());
      this.#slowest = Math.max(this.#slowest, performance.now() - begun);
      if (wanted()) sink.frame(frame);
      else frame.fill(0);
    }
  }
}

/** The one picture of a file, whose bytes are overwritten. @throws `camera.garbage` */
function onlyJpeg(file: Uint8Array): Uint8Array {
  const splitter = new JpegSplitter();
  const [frame, ...others] = splitter.push(file);
  splitter.wipe();
  for (const other of others) other.fill(0);
  if (!frame) throw new KioskError('camera.garbage', 'no JPEG');
  return frame;
}

function asKioskError(error: unknown): KioskError {
  return error instanceof KioskError ? error : new KioskError('camera.offline', undefined, { cause: error });
}
