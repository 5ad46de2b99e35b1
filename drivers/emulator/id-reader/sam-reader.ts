import { Listeners } from '../../../src/lib/listeners.js';
import { BAUD_PARAMETERS, commands, DONE, MIN_REQUEST, SET_BAUD } from '../../id-reader/sam/constants.js';
import type { ParsedFrame } from '../../id-reader/sam/frame.js';
import { FrameParser } from '../../id-reader/sam/parser.js';
import { frameOf } from '../../id-reader/sam/writer.js';
import type { FarEnd } from '../far-end.js';
import { CardField, type Answer, type CardContent } from './sam-card.js';
import { disturb, noFaults, type SamFaults } from './sam-faults.js';

const BAD_CHECKSUM = 0x10;
const BAD_LENGTH = 0x11;
const COMMAND_ERROR = 0x21;
const CARD_READ_FAILED = 0x41;
const SAM_ID = Uint8Array.from({ length: 16 }, (_, i) => i);

const key = (cmd: number, para: number): number => (cmd << 8) | para;

/**
 * The module's side of the line: a GA/T 450 reader with a SAM module, on which virtual cards are put.
 * As real ones do, it does not find a card again that it has read until the card has left.
 */
export class EmulatedSamReader {
  readonly faults: SamFaults = noFaults();
  readonly #field = new CardField(() => this.faults.keepsFinding);
  readonly #parser = new FrameParser(MIN_REQUEST);
  readonly #reads = new Listeners();
  readonly #removeData: () => void;
  readonly #random: () => number;
  readonly #answers: ReadonlyMap<number, () => Answer>;

  /** @param options.random for noise and pieces, 0 … 1; {@link Math.random} when left out */
  constructor(
    private readonly line: FarEnd,
    options: { readonly random?: () => number } = {},
  ) {
    this.#random = options.random ?? Math.random;
    this.#answers = this.#table();
    this.#removeData = line.onData((bytes) => {
      for (const frame of this.#parser.push(bytes)) this.#take(frame);
    });
  }

  /** Puts a card into the field; one that lies there is taken away first. */
  insert(card: CardContent): void {
    this.#field.insert(card);
  }

  remove(): void {
    this.#field.remove();
  }

  /** Called when the whole content of a card has been sent. @returns a function that removes the listener */
  onRead(listener: () => void): () => void {
    return this.#reads.add(listener);
  }

  /** Answers no more. The line stays open: it belongs to whoever opened it. */
  close(): void {
    this.#removeData();
    this.#reads.clear();
  }

  #table(): ReadonlyMap<number, () => Answer> {
    const { reset, status, samId, find, select, read, readAppended, readWithFingerprint } = commands;
    const reply = ({ bytes }: { readonly bytes: readonly [number, number] }, answer: () => Answer) =>
      [key(...bytes), answer] as const;
    const done = (): Answer => ({ status: DONE });
    return new Map([
      reply(reset, () => {
        this.#field.deselect();
        return { status: DONE };
      }),
      reply(status, () => ({ status: this.faults.moduleStatus ?? DONE })),
      reply(samId, () => ({ status: DONE, data: SAM_ID })),
      reply(find, () => this.#field.find()),
      reply(select, () => this.#faulty() ?? this.#field.select()),
      reply(read, () => this.#read(false)),
      reply(readAppended, () => this.#field.readAppended()),
      reply(readWithFingerprint, () => this.#read(true)),
      ...Array.from({ length: BAUD_PARAMETERS }, (_, rate) => reply({ bytes: [SET_BAUD, rate] }, done)),
    ]);
  }

  #take(frame: ParsedFrame): void {
    if (this.faults.mute) return;
    const answer = this.#answer(frame);
    const bytes = frameOf([0, 0, answer.status, ...(answer.data ?? [])]);
    const whole = this.faults.corruptNext === 0 && this.faults.wrongLengthNext === 0;
    const written = disturb(bytes, this.faults, this.#random).map((piece) => this.line.write(piece));
    void Promise.all(written).then(
      () => {
        if (answer.cardRead && whole) this.#reads.emit();
      },
      // A line that was unplugged meanwhile takes the answer with it.
      () => this.close(),
    );
  }

  #answer(frame: ParsedFrame): Answer {
    if (frame.kind === 'bad') return { status: frame.flaw === 'length' ? BAD_LENGTH : BAD_CHECKSUM };
    const [cmd = 0, para = 0] = frame.body;
    return this.#answers.get(key(cmd, para))?.() ?? { status: COMMAND_ERROR };
  }

  #faulty(): Answer | undefined {
    const status = this.faults.statusNext ?? this.faults.cardStatus;
    this.faults.statusNext = undefined;
    return status === undefined ? undefined : { status };
  }

  #read(fingerprint: boolean): Answer {
    if (this.faults.pullMidRead) {
      this.faults.pullMidRead = false;
      this.#field.remove();
      return { status: CARD_READ_FAILED };
    }
    return this.#faulty() ?? this.#field.read(fingerprint);
  }
}
