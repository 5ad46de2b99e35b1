import type { Socket } from 'node:net';
import { Listeners } from '../../../src/lib/listeners.js';
import { listenOn } from '../../../src/lib/socket.js';
import { SWITCH } from '../../camera/emulated.js';
import { lengthPrefixed } from '../../camera/frame-splitter.js';

const FRAME_MS = 1_000 / 15;

/** How the camera may be broken. */
export interface CameraFaults {
  /** Open, but no picture comes. */
  stalled: boolean;
  /** Bytes that are no picture. */
  garbage: boolean;
  /** Claims a frame larger than any. */
  huge: boolean;
  /** Pictures break off in the middle. */
  truncated: boolean;
}

/** Where the pictures come from: the next one each time it is called; undefined while it is not there yet. */
export type Pictures = () => Uint8Array | undefined;

/** A camera of about 15 frames a second on a Unix socket; it takes pictures only while it is switched on. */
export class VirtualCamera {
  readonly faults: CameraFaults = { stalled: false, garbage: false, huge: false, truncated: false };
  readonly #socket: string;
  readonly #taken = new Listeners();
  #pictures: Pictures;
  #server: { close(): Promise<void> } | undefined;

  private constructor(socket: string, pictures: Pictures) {
    this.#socket = socket;
    this.#pictures = pictures;
  }

  static async listen(socket: string, pictures: Pictures): Promise<VirtualCamera> {
    const camera = new VirtualCamera(socket, pictures);
    await camera.plugIn();
    return camera;
  }

  /** What stands in front of the camera from now on. */
  show(pictures: Pictures): void {
    this.#pictures = pictures;
  }

  /** A picture is taken. @returns a function that removes the listener */
  onPicture(listener: () => void): () => void {
    return this.#taken.add(listener);
  }

  async plugIn(): Promise<void> {
    const pictures: Pictures = () => {
      this.#taken.emit();
      return this.#pictures();
    };
    this.#server ??= await listenOn(this.#socket, (client) => serve(client, pictures, this.faults));
  }

  async unplug(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.close();
  }

  close(): Promise<void> {
    return this.unplug();
  }
}

function serve(client: Socket, pictures: Pictures, faults: CameraFaults): void {
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    // A consumer that does not keep up misses pictures, as with a real camera.
    if (client.writableNeedDrain || faults.stalled) return;
    const picture = pictures();
    if (picture) client.write(taken(picture, faults));
  };
  const off = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  client.on('close', off);
  client.on('data', (commands) => {
    const last = commands.at(-1);
    if (last === SWITCH.off[0]) off();
    else if (!timer) {
      timer = setInterval(send, FRAME_MS);
      send();
    }
  });
}

function taken(jpeg: Uint8Array, { garbage, huge, truncated }: CameraFaults): Uint8Array {
  if (garbage) return lengthPrefixed(new Uint8Array(1_000).fill(0x5a));
  if (huge) return Uint8Array.of(0xff, 0xff, 0xff, 0xff);
  return lengthPrefixed(truncated ? jpeg.subarray(0, jpeg.length >> 1) : jpeg);
}
