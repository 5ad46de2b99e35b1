/** A document with a machine-readable zone (ICAO Doc 9303) of a virtual person. Dates are `YYYYMMDD`. */
export interface MrzDocument {
  readonly type: 'mrz';
  readonly layout: 'TD1' | 'TD2' | 'TD3';
  /** `PRIMARY, SECONDARY`, or the primary identifier alone; diacritics are dropped. */
  readonly name: string;
  /** `M`, `F` or `X`; `1` and `2` for the first two. */
  readonly sex: string;
  readonly birth: string;
  /** More than nine characters only in TD1 and TD2. */
  readonly number: string;
  /** Code of Doc 9303-3 section 5. */
  readonly nationality: string;
  /** The same as `nationality` when left out. */
  readonly issuer?: string;
  readonly validTo: string;
}

const WEIGHTS = [7, 3, 1] as const;
const SHORT_NUMBER = 9;
const sexes: Readonly<Record<string, string>> = { '1': 'M', M: 'M', '2': 'F', F: 'F' };

/** Check digit (Doc 9303-3, 4.9): weights 7 3 1, `0`…`9` for themselves, `A`…`Z` = 10…35, `<` = 0. */
export function checkDigit(text: string): string {
  const value = (character: string): number => (character === '<' ? 0 : parseInt(character, 36));
  const sum = Array.from(text).reduce((total, character, i) => total + value(character) * (WEIGHTS[i % 3] ?? 0), 0);
  return String(sum % 10);
}

/** The lines of the zone; what is too long for its field is cut, as on a real document. */
export function encodeZone(document: MrzDocument): string[] {
  const { layout, nationality, issuer = nationality } = document;
  const birth = checked(document.birth.slice(2));
  const expiry = checked(document.validTo.slice(2));
  const sex = sexes[document.sex] ?? '<';
  const name = nameField(document.name);
  const state = field(nationality, 3);
  const number = numberFields(document.number);
  if (layout === 'TD1') {
    const upper = `I<${field(issuer, 3)}${number.principal}${field(number.rest, 15)}`;
    const middle = `${birth}${sex}${expiry}${state}${field('', 11)}`;
    const all = upper.slice(5) + birth + expiry + middle.slice(18);
    return [upper, middle + checkDigit(all), field(name, 30)];
  }
  const lower = `${number.principal}${state}${birth}${sex}${expiry}`;
  const rest = layout === 'TD2' ? field(number.rest, 7) : `${field('', 14)}0`;
  const composite = checkDigit(number.principal + birth + expiry + rest);
  const [code, width] = layout === 'TD2' ? ['I<', 36] : ['P<', 44];
  return [field(`${code}${field(issuer, 3)}${name}`, width), `${lower}${rest}${composite}`];
}

const checked = (text: string): string => text + checkDigit(text);
const field = (text: string, width: number): string => text.slice(0, width).padEnd(width, '<');

/** The nine characters and their check digit; of a long number `<`, and the rest with the check digit of the whole. */
function numberFields(number: string): { readonly principal: string; readonly rest: string } {
  const text = zoneText(number);
  const principal = field(text, SHORT_NUMBER);
  if (text.length <= SHORT_NUMBER) return { principal: checked(principal), rest: '' };
  const rest = text.slice(SHORT_NUMBER);
  return { principal: `${principal}<`, rest: `${rest}${checkDigit(`${principal}<${rest}`)}<` };
}

function nameField(name: string): string {
  return name
    .split(',')
    .map((part) => zoneText(part.trim()))
    .join('<<');
}

function zoneText(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '<');
}
