/** The lines of a machine-readable zone (ICAO Doc 9303): 3 × 30, 2 × 36 or 2 × 44 characters. */
export type Zone = readonly string[];

const CR = 0x0d;
const LF = 0x0a;
const OF_A_ZONE = /^[A-Z0-9<]$/;
const LONGEST = 44;
const MOST_LINES = 3;
/** Document code and issuing state (Doc 9303-4 to 9303-6): what a zone begins with, and hardly another of its lines. */
const BEGINNING = /^[A-Z][A-Z0-9<][A-Z<]{3}/;
/** What tells the lines of a zone apart, by their width: the first has another's place when a line was lost before it. */
const SHAPES: ReadonlyMap<number, readonly RegExp[]> = new Map([
  [30, [BEGINNING, /^[0-9<]/, /^[A-Z<]+$/]],
  [36, [BEGINNING, /[0-9]/]],
  [LONGEST, [BEGINNING, /[0-9]/]],
]);
/** So many characters of a zone are no mere noise. */
const REMAINS = 20;

/**
 * Finds machine-readable zones in the text of a serial reader, in whatever pieces it arrives: every line ended by CR, LF or
 * both, bytes that are no characters of a zone ignored, noise before the first line cut off. A line with a character too
 * many or too few makes no zone. Holds three lines at most.
 */
export class ZoneAssembler {
  #lines: string[] = [];
  /** The last {@link LONGEST} characters of the line that has begun. */
  #line = '';
  #lineLength = 0;
  /** Characters since the last zone. */
  #heard = 0;
  #characters = 0;

  /** @returns the zones that became complete */
  push(bytes: Uint8Array): Zone[] {
    const zones: Zone[] = [];
    for (const byte of bytes) {
      const character = String.fromCharCode(byte);
      if (byte === CR || byte === LF) {
        const zone = this.#endLine();
        if (zone) zones.push(zone);
      } else if (OF_A_ZONE.test(character)) {
        this.#line = (this.#line + character).slice(-LONGEST);
        this.#lineLength += 1;
        this.#heard += 1;
        this.#characters += 1;
      }
    }
    return zones;
  }

  /** How many characters of a zone were heard in all. */
  get characters(): number {
    return this.#characters;
  }

  /** Whether anything of a zone was heard since the last whole one. */
  get begun(): boolean {
    return this.#heard > 0;
  }

  /** Forgets what is incomplete. @returns whether that was part of a zone, not mere noise */
  end(): boolean {
    const remains = this.#heard >= REMAINS;
    this.#lines = [];
    this.#line = '';
    this.#lineLength = 0;
    this.#heard = 0;
    return remains;
  }

  #endLine(): Zone | undefined {
    if (this.#lineLength === 0) return undefined;
    this.#lines = [...this.#lines, this.#line].slice(-MOST_LINES);
    // A line that is too long has noise before it, so it can only be a first one.
    const width = this.#lineLength;
    this.#line = '';
    this.#lineLength = 0;
    const zone = zoneOf(this.#lines, width);
    if (zone) this.end();
    return zone;
  }
}

function zoneOf(lines: readonly string[], width: number): Zone | undefined {
  const shapes = SHAPES.get(width);
  if (!shapes || lines.length < shapes.length) return undefined;
  const [first = '', ...rest] = lines.slice(-shapes.length);
  const zone = [first.slice(-width), ...rest];
  return shapes.every((shape, i) => zone[i]?.length === width && shape.test(zone[i])) ? zone : undefined;
}
