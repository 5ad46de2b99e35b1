import type { EmulatedDispenser } from './card-dispenser/world.js';
import type { Pty } from './pty.js';

/** A scanner reads a card that lies before it again and again. */
const REPEAT_MS = 500;
const GARBAGE = '?8\u00ff6#-\r';

/** The bar code scanner above the transport: says `<ICCID>\r` when a card comes to lie there, and while it does. */
export class EmulatedScanner {
  /** Sees nothing. */
  mute = false;
  /** Sees something, but no ICCID. */
  misread = false;
  /** Says this instead of what is on the card. */
  says: string | undefined;
  readonly #pty: Pty;
  readonly #dispenser: EmulatedDispenser;
  readonly #removeMoved: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(pty: Pty, dispenser: EmulatedDispenser) {
    this.#pty = pty;
    this.#dispenser = dispenser;
    this.#removeMoved = dispenser.onMoved(() => this.#look());
    this.#look();
  }

  close(): void {
    this.#removeMoved();
    clearTimeout(this.#timer);
  }

  #look(): void {
    clearTimeout(this.#timer);
    const card = this.#dispenser.cards().find(({ at }) => at === 'transport');
    if (!card) return;
    this.#timer = setTimeout(() => this.#look(), REPEAT_MS);
    if (this.mute) return;
    const said = Buffer.from(this.misread ? GARBAGE : `${this.says ?? card.iccid}\r`, 'latin1');
    // A scanner talks on when nobody listens and the line is full.
    this.#pty.write(said).catch(() => undefined);
  }
}
