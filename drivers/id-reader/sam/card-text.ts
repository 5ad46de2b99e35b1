import type { DocumentFields, DocumentType } from '../../../src/contracts/id-reader.js';
import { KioskError } from '../../../src/errors.js';

export const TEXT_BYTES = 256;
const LETTER_AT = 248;
const LETTER_BYTES = 2;
const FOREVER = '长期';

/** Where a field lies: byte offset and byte length. */
type Place = readonly [offset: number, bytes: number];

type Decoded = 'sex' | 'birth' | 'number' | 'validFrom' | 'validTo';

interface Layout extends Readonly<Record<Decoded, Place>> {
  readonly type: DocumentType;
  /** The names in the order of preference; the places of one name are read in a row. */
  readonly names: readonly (readonly Place[])[];
  readonly nationality: Place | 'CHN' | '';
}

const resident = {
  type: 'resident',
  names: [[[0, 30]]],
  sex: [30, 2],
  birth: [36, 16],
  number: [122, 36],
  validFrom: [188, 16],
  validTo: [204, 16],
  nationality: 'CHN',
} as const satisfies Layout;

/**
 * The layouts of the 256 bytes of text (GA/T 490) by their type letter. Only what the sale needs is listed: ethnicity,
 * address, authority and the numbers of other papers have no place here, so nothing can decode them.
 */
const layouts: ReadonlyMap<string, Layout> = new Map<string, Layout>([
  [' ', resident],
  ['J', { ...resident, type: 'hmt-residence-permit', nationality: '' }],
  [
    'I',
    {
      type: 'foreign-permanent-resident',
      names: [[[0, 120]], [[158, 30]]],
      sex: [120, 2],
      number: [122, 30],
      nationality: [152, 6],
      validFrom: [188, 16],
      validTo: [204, 16],
      birth: [220, 16],
    },
  ],
  [
    'Y',
    {
      type: 'foreign-permanent-resident',
      names: [
        [
          [52, 70],
          [220, 22],
        ],
        [[0, 30]],
      ],
      sex: [30, 2],
      birth: [36, 16],
      number: [122, 36],
      validFrom: [188, 16],
      validTo: [204, 16],
      nationality: [242, 6],
    },
  ],
]);

const sexes: Readonly<Record<string, string>> = { '1': 'M', '2': 'F' };

/**
 * What a card says of its holder.
 * @param text 256 bytes UTF-16LE; the caller overwrites them
 * @throws `document.malformed` when the type letter is unknown or a field is no UTF-16
 */
export function decodeCardText(text: Uint8Array): DocumentFields {
  if (text.length !== TEXT_BYTES) throw new KioskError('document.malformed', `${text.length} bytes of text`);
  const letter = textAt(text, [[LETTER_AT, LETTER_BYTES]]) || ' ';
  const layout = layouts.get(letter);
  if (!layout) throw new KioskError('document.malformed', 'unknown type letter');
  const field = (name: Decoded): string => textAt(text, [layout[name]]);
  const validTo = field('validTo');
  const { nationality } = layout;
  return {
    type: layout.type,
    layout: letter,
    name: layout.names.map((places) => textAt(text, places)).find((name) => name !== '') ?? '',
    sex: sexes[field('sex')] ?? 'X',
    birth: field('birth'),
    number: field('number'),
    nationality: typeof nationality === 'string' ? nationality : textAt(text, [nationality]),
    validFrom: field('validFrom'),
    validTo: validTo === FOREVER ? 'long-term' : validTo,
  };
}

/** The text at one or more places in a row, without the spaces and NULs round it. */
function textAt(text: Uint8Array, places: readonly Place[]): string {
  const decoder = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true });
  try {
    return places
      .map(([offset, bytes]) => decoder.decode(text.subarray(offset, offset + bytes)))
      .join('')
      .replace(/^[ \0]+|[ \0]+$/g, '');
  } catch (cause) {
    throw new KioskError('document.malformed', 'unpaired surrogate', { cause });
  }
}
