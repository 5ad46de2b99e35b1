import { DONE, FOUND, NO_CARD } from '../../id-reader/sam/constants.js';

/** What lies on the emulated reader. */
export interface CardContent {
  /** 256 bytes, see `encodeCardText`. */
  readonly text: Uint8Array;
  /** At most 1,024 bytes; zero-padded to that. */
  readonly photo: Uint8Array;
}

export interface Answer {
  /** SW3. */
  readonly status: number;
  readonly data?: Uint8Array;
  /** It carries the whole content of the card. */
  readonly cardRead?: boolean;
}

const PHOTO_BYTES = 1_024;
const SELECT_FAILED = 0x81;
const READ_FAILED = 0x41;
const NO_CONTENT = 0x91;

/** The field of a reader, and the order that the module asks for: find, select, read; once for each time a card is put there. */
export class CardField {
  #card: CardContent | undefined;
  #stage: 'lost' | 'found' | 'selected' = 'lost';
  #wasRead = false;

  /** @param keepsFinding whether a card that was read is found again while it lies there, as some readers do */
  constructor(private readonly keepsFinding: () => boolean) {}

  insert(card: CardContent): void {
    this.remove();
    this.#card = card;
  }

  remove(): void {
    this.#card = undefined;
    this.#wasRead = false;
    this.deselect();
  }

  deselect(): void {
    this.#stage = 'lost';
  }

  find(): Answer {
    const found = this.#card !== undefined && (!this.#wasRead || this.keepsFinding());
    this.#stage = found ? 'found' : 'lost';
    return found ? { status: FOUND, data: new Uint8Array(4) } : { status: NO_CARD };
  }

  select(): Answer {
    if (this.#stage === 'lost') return { status: SELECT_FAILED };
    this.#stage = 'selected';
    return { status: DONE, data: new Uint8Array(8) };
  }

  /** Text and photo, with their lengths before them; `fingerprint` adds a third length, of nothing. */
  read(fingerprint: boolean): Answer {
    if (!this.#card || this.#stage !== 'selected') return { status: READ_FAILED };
    this.#wasRead = true;
    const { text, photo } = this.#card;
    const lengths = [text.length, PHOTO_BYTES, ...(fingerprint ? [0] : [])];
    const field = Buffer.alloc(PHOTO_BYTES);
    field.set(photo);
    return { status: DONE, data: Buffer.concat([...lengths.map(bigEndian), text, field]), cardRead: true };
  }

  readAppended(): Answer {
    return { status: this.#stage === 'selected' ? NO_CONTENT : READ_FAILED };
  }
}

function bigEndian(length: number): Uint8Array {
  return Uint8Array.of(length >> 8, length & 0xff);
}
