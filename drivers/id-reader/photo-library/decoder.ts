import sharp from 'sharp';
import type { Clock } from '../../../src/contracts/clock.js';
import type { Device } from '../../../src/contracts/health.js';
import type { PhotoDecoder } from '../../../src/contracts/id-reader.js';
import { KioskError, type ErrorCode } from '../../../src/errors.js';
import { backoffMs } from '../../../src/lib/backoff.js';
import { systemClock } from '../../../src/lib/clock.js';
import { Health } from '../../../src/lib/health.js';
import { imagePhotoDecoder, isImage } from '../photo-decoder.js';
import { Turns } from '../turns.js';
import { decodeBmp, isBmp } from './bmp.js';
import { LibraryProcess, type LibraryOptions, type Unpacked } from './process.js';

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

/**
 * Photo fields that a reader maker's C library unpacks, in a child process that is started at once and kept warm: whatever
 * that library does, the kiosk goes on, and the next photograph finds a new process. Ordinary images do not go there.
 * Until the library is loaded, and after its process ended until the next is ready, `fault()` is `reader.decoder-failed`.
 */
export class LibraryPhotoDecoder implements PhotoDecoder, Device {
  readonly name: string;
  readonly #health = new Health('reader.decoder-failed');
  readonly #turns = new Turns();
  #process: LibraryProcess;
  #cancelRetry: () => void = () => undefined;
  #failures = 0;
  #closed = false;

  constructor(
    private readonly options: LibraryOptions & { readonly name: string },
    private readonly clock: Clock = systemClock,
  ) {
    this.name = options.name;
    this.#process = this.#start();
  }

  fault(): ErrorCode | undefined {
    return this.#health.fault;
  }

  onChange(listener: () => void): () => void {
    return this.#health.onChange(listener);
  }

  async decode(field: Uint8Array): Promise<Uint8Array> {
    if (isImage(field)) return imagePhotoDecoder.decode(field);
    if (field.length === 0) throw new KioskError('document.photo-unreadable', 'no photograph');
    const unpacked = await this.#turns.run(() => this.#process.unpack(field, this.options.timeoutMs));
    try {
      return await imageOf(unpacked);
    } finally {
      unpacked.picture.fill(0);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    this.#health.set('reader.decoder-failed');
    this.#health.close();
    await this.#process.kill();
  }

  #start(): LibraryProcess {
    const process = new LibraryProcess(this.options, this.clock);
    process.ready.then(
      () => this.#health.set(undefined),
      () => undefined,
    );
    void process.ended.then(() => this.#ended(process));
    return process;
  }

  #ended({ asked }: LibraryProcess): void {
    if (this.#closed) return;
    this.#health.set('reader.decoder-failed');
    // One that a photograph ended was fit before: the next customer may be here already.
    if (asked) {
      this.#failures = 0;
      this.#process = this.#start();
      return;
    }
    const delay = backoffMs(this.#failures, FIRST_RETRY_MS, LAST_RETRY_MS, Math.random());
    this.#failures += 1;
    this.#cancelRetry = this.clock.after(delay, () => {
      this.#process = this.#start();
    });
  }
}

async function imageOf({ status, picture }: Unpacked): Promise<Uint8Array> {
  if (status < 0) throw new KioskError('document.photo-unreadable', `the library answered ${status}`);
  const bytes = Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength);
  if (!isBmp(bytes)) return imagePhotoDecoder.decode(picture);
  const { width, height, pixels } = decodeBmp(bytes);
  try {
    return await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
  } finally {
    pixels.fill(0);
  }
}
