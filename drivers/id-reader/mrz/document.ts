import { parse, type Details, type ParseResult } from 'mrz';
import type { DocumentFields } from '../../../src/contracts/id-reader.js';
import { KioskError } from '../../../src/errors.js';
import { birthDate, expiryDate } from './dates.js';
import type { Zone } from './zone-assembler.js';

/** Passports, identity cards and the like; `V` would be a visa (Doc 9303-7), which identifies nobody. */
const CODES = /^[PIAC]/;
const LAYOUTS: readonly string[] = ['TD1', 'TD2', 'TD3'];
const FILLER = '<';
const sexes: Readonly<Record<string, string>> = { male: 'M', female: 'F', nonspecified: 'X' };

/**
 * What a machine-readable zone says of its holder. Nothing is corrected: an O for a 0 is a misread zone.
 * Nationality and issuer are the codes of Doc 9303-3 section 5 without fillers: ISO 3166-1 alpha-3 and those that ICAO
 * adds, such as `D` for Germany; Utopia (UTO), where the specimens come from, is none. The name is `PRIMARY, SECONDARY`, or
 * the primary identifier alone. A zone does not say since when the document is valid.
 * @param today `YYYYMMDD`, for the century of the dates
 * @throws `document.unsupported` (a visa, the French card of before 2021), `document.check-digit` (only check digits are wrong),
 *   `document.malformed`
 */
export function decodeZone(zone: Zone, today: string): DocumentFields {
  const { format, fields, details, documentNumber } = parsed(zone);
  if (!LAYOUTS.includes(format) || !CODES.test(zone[0] ?? ''))
    throw new KioskError('document.unsupported', 'not a passport or identity card');
  const wrong = details.filter(({ valid }) => !valid).map(nameOf);
  if (wrong.length === 0 && !numberEnds(zone)) wrong.push('documentNumberCheckDigit');
  if (wrong.length > 0) {
    const code = wrong.every((name) => name.endsWith('CheckDigit')) ? 'document.check-digit' : 'document.malformed';
    throw new KioskError(code, wrong.join(', '));
  }
  return {
    type: 'mrz',
    layout: format,
    name: nameIn(zone, fields),
    sex: sexes[fields.sex ?? ''] ?? '',
    birth: birthDate(fields.birthDate ?? '', today),
    number: documentNumber ?? '',
    nationality: fields.nationality ?? '',
    issuer: fields.issuingState ?? '',
    validFrom: '',
    validTo: expiryDate(fields.expirationDate ?? '', today),
  };
}

function parsed(zone: Zone): ParseResult {
  try {
    return parse(zone);
  } catch {
    // Not handed on as the cause: the parser's messages quote the zone.
    throw new KioskError('document.malformed', 'no zone of TD1, TD2 or TD3');
  }
}

const nameOf = ({ field, label }: Details): string => field ?? label;

/**
 * A number of more than nine characters goes on in the optional data: `<` in place of its check digit, then the rest, the
 * check digit and a filler (Doc 9303-5 and 9303-6, note j to the data structure). `mrz` 5.0.2 makes numbers up where the
 * rest or the filler is missing, and one in ten passes.
 */
function numberEnds([first = '', second = '', third]: Zone): boolean {
  const [check, optional] = third === undefined ? [second[9], second.slice(28, 35)] : [first[14], first.slice(15)];
  // In TD3 there is no long number: a filler there is a wrong check digit to `mrz` already.
  return check !== FILLER || optional.indexOf(FILLER) >= 2;
}

/** `mrz` takes a name without `<<`, one that fills its field, for both identifiers. */
function nameIn(zone: Zone, { lastName, firstName }: ParseResult['fields']): string {
  const line = (zone.length === 3 ? zone[2] : zone[0]?.slice(5)) ?? '';
  const names = line.includes(FILLER + FILLER) ? [lastName, firstName] : [lastName];
  return names.filter(Boolean).join(', ');
}
