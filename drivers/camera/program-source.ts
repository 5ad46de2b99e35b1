import { KioskError } from '../../src/errors.js';
import { FrameProgram, type Program } from './frame-program.js';
import { STALL_MS, type FrameSink, type FrameSource } from './frame-source.js';

export interface ProgramSourceOptions {
  readonly program: Program;
  readonly device?: string | undefined;
  /** A program has to start and a camera to adjust itself before the first picture. Milliseconds. */
  readonly startMs: number;
}

/** A camera behind a program, which runs while the camera is on. */
export class ProgramSource implements FrameSource {
  readonly startMs: number;
  readonly stallMs = STALL_MS;
  readonly device: string | undefined;
  readonly #program: Program;
  #run: FrameProgram | undefined;
  #gone: Promise<void> = Promise.resolve();
  /** Which `start` it is. */
  #turn = 0;

  constructor({ program, device, startMs }: ProgramSourceOptions) {
    this.#program = program;
    this.device = device;
    this.startMs = startMs;
  }

  get strayed(): boolean {
    return this.#run?.strayed ?? false;
  }

  start(sink: FrameSink): void {
    this.#turn += 1;
    const turn = this.#turn;
    // A camera is free again only when the process before has gone.
    void this.#gone.then(() => {
      if (turn === this.#turn) this.#spawn(sink);
    });
  }

  stop(): void {
    this.#turn += 1;
    this.#run?.kill();
    this.#run = undefined;
  }

  drop(): void {
    this.stop();
  }

  close(): Promise<void> {
    this.stop();
    return this.#gone;
  }

  #spawn(sink: FrameSink): void {
    try {
      this.#run = new FrameProgram(this.#program, sink);
      this.#gone = this.#run.gone;
    } catch (cause) {
      sink.fail(new KioskError('camera.offline', 'arguments that no program can be given', { cause }));
    }
  }
}
