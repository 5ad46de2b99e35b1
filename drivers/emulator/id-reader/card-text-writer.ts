const TEXT_BYTES = 256;
const BYTES_A_UNIT = 2;

/** What is printed on, and stored in, the card of a virtual person. Dates are `YYYYMMDD`. */
export interface CastDocument {
  readonly type: 'resident' | 'hmt-residence-permit' | 'foreign-permanent-resident';
  /** Of a foreign permanent resident's card only: `I` = 2017, `Y` = 2023 (the default). */
  readonly layout?: 'I' | 'Y';
  /** On a foreign permanent resident's card the English name. */
  readonly name: string;
  readonly chineseName?: string;
  /** `1` male, `2` female. */
  readonly sex: string;
  /** Two digits (GB 3304). */
  readonly ethnicity?: string;
  readonly birth: string;
  readonly address?: string;
  readonly number: string;
  readonly authority?: string;
  readonly validFrom: string;
  /** A date, or 长期 or `long-term`. */
  readonly validTo: string;
  readonly nationality?: string;
  readonly passNumber?: string;
  readonly issueCount?: string;
}

/** Byte offset, byte length and value of a field. */
type Field = readonly [offset: number, bytes: number, value: string | undefined];

const until = ({ validTo }: CastDocument): string => (validTo === 'long-term' ? '长期' : validTo);

const resident = (card: CastDocument): readonly Field[] => [
  [0, 30, card.name],
  [30, 2, card.sex],
  [32, 4, card.ethnicity],
  [36, 16, card.birth],
  [52, 70, card.address],
  [122, 36, card.number],
  [158, 30, card.authority],
  [188, 16, card.validFrom],
  [204, 16, until(card)],
];

/** Characters of an English name before it goes on in the second field. */
const ENGLISH_2023 = 35;

/** The whole layouts of GA/T 490, with the fields that the driver does not know. */
const layouts = {
  ' ': resident,
  J: (card) => [...resident(card), [220, 18, card.passNumber], [238, 4, card.issueCount], [248, 2, 'J']],
  I: (card) => [
    [0, 120, card.name],
    [120, 2, card.sex],
    [122, 30, card.number],
    [152, 6, card.nationality],
    [158, 30, card.chineseName],
    [188, 16, card.validFrom],
    [204, 16, until(card)],
    [220, 16, card.birth],
    [236, 4, '01'],
    [240, 8, card.authority],
    [248, 2, 'I'],
  ],
  Y: (card) => [
    [0, 30, card.chineseName],
    [30, 2, card.sex],
    [32, 4, card.issueCount],
    [36, 16, card.birth],
    [52, 70, card.name.slice(0, ENGLISH_2023)],
    [122, 36, card.number],
    [188, 16, card.validFrom],
    [204, 16, until(card)],
    [220, 22, card.name.slice(ENGLISH_2023)],
    [242, 6, card.nationality],
    [248, 2, 'Y'],
  ],
} as const satisfies Record<string, (card: CastDocument) => readonly Field[]>;

function layoutOf({ type, layout }: CastDocument): keyof typeof layouts {
  if (type === 'foreign-permanent-resident') return layout ?? 'Y';
  return type === 'resident' ? ' ' : 'J';
}

/**
 * The 256 bytes of text on a card (GA/T 490), UTF-16LE, unused places blank; what is too long for its field is cut, as
 * on a real card.
 */
export function encodeCardText(document: CastDocument): Uint8Array {
  const text = Buffer.from(' '.repeat(TEXT_BYTES / BYTES_A_UNIT), 'utf16le');
  for (const [offset, bytes, value = ''] of layouts[layoutOf(document)](document)) {
    text.write(value.slice(0, bytes / BYTES_A_UNIT), offset, 'utf16le');
  }
  return Uint8Array.from(text);
}
