import { createConnection, type Socket } from 'node:net';
import { KioskError } from '../../src/errors.js';
import { CameraCore } from './camera-core.js';
import { STALL_MS, type FrameSink, type FrameSource } from './frame-source.js';
import { FrameSplitter } from './frame-splitter.js';

interface Options {
  readonly name: string;
  /** Path of the Unix socket on which the virtual camera waits. */
  readonly socket: string;
}

/** A virtual camera that is not there yet is being started. */
const LAST_RETRY_MS = 300;

/** What the driver writes to switch the stream; the camera sends nothing while it is off. */
export const SWITCH = { on: Uint8Array.of(1), off: Uint8Array.of(0) } as const;

/** A camera behind a Unix socket: JPEG frames, each behind its length. */
export class EmulatedCamera extends CameraCore {
  constructor({ name, socket }: Options) {
    super(name, new SocketSource(socket), LAST_RETRY_MS);
  }
}

/** The connection stays while the camera is off, so that its loss is noticed then, too. */
class SocketSource implements FrameSource {
  readonly startMs = STALL_MS;
  readonly stallMs = STALL_MS;
  readonly strayed = false;
  readonly #path: string;
  readonly #splitter = new FrameSplitter();
  #socket: Socket | undefined;
  #sink: FrameSink | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  start(sink: FrameSink): void {
    this.#sink = sink;
    this.#socket ??= this.#connect();
    this.#socket.write(SWITCH.on);
  }

  stop(): void {
    this.#socket?.write(SWITCH.off);
  }

  drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
    this.#splitter.wipe();
  }

  close(): Promise<void> {
    this.drop();
    return Promise.resolve();
  }

  #connect(): Socket {
    const socket = createConnection(this.#path);
    socket.on('data', (chunk) => this.#receive(socket, chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (socket === this.#socket) this.#sink?.fail(new KioskError('camera.offline'));
    });
    return socket;
  }

  #receive(socket: Socket, chunk: Uint8Array): void {
    if (socket !== this.#socket) {
      chunk.fill(0);
      return;
    }
    let frames: readonly Uint8Array[];
    try {
      frames = this.#splitter.push(chunk);
    } catch (cause) {
      this.#sink?.fail(new KioskError('camera.garbage', undefined, { cause }));
      return;
    }
    for (const jpeg of frames) {
      if (isJpeg(jpeg)) this.#sink?.frame(jpeg);
      else {
        jpeg.fill(0);
        this.#sink?.fail(new KioskError('camera.garbage'));
      }
    }
  }
}

/** Start-of-image marker and the beginning of a further one (ITU-T T.81, B.1.1.3). */
function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}
