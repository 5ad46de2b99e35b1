import type { DocumentFields, DocumentType } from '../contracts/id-reader.js';
import type { ErrorCode } from '../errors.js';
import { ageOn, isCalendarDate } from './dates.js';
import { birthOf, numberProblem } from './gb11643.js';

export interface DocumentRules {
  readonly accepted: readonly DocumentType[];
  /** Full years. */
  readonly minimumAge: number;
}

type Rule = (fields: DocumentFields, rules: DocumentRules, today: string) => boolean;

/** What a document is refused for, in the order in which it is looked for. `true` refuses. */
const refusals: readonly (readonly [ErrorCode, Rule])[] = [
  ['document.unsupported', ({ type }, { accepted }) => !accepted.includes(type)],
  ['document.malformed', ({ name, number, sex }) => name === '' || number === '' || !['M', 'F', 'X'].includes(sex)],
  ['document.malformed', (fields) => carriesCitizenNumber(fields) && numberProblem(fields.number) === 'form'],
  ['document.malformed', ({ layout, number }) => layout === 'I' && !/^[A-Z]{3}\d{12}$/.test(number)],
  ['document.check-digit', (fields) => carriesCitizenNumber(fields) && numberProblem(fields.number) === 'check-digit'],
  ['document.bad-date', (fields, _rules, today) => hasBadDate(fields, today)],
  ['document.not-yet-valid', ({ validFrom }, _rules, today) => validFrom > today],
  ['document.expired', ({ validTo }, _rules, today) => validTo !== LONG_TERM && validTo < today],
  ['document.under-age', ({ birth }, { minimumAge }, today) => ageOn(birth, today) < minimumAge],
];

const LONG_TERM = 'long-term';

/**
 * Whether a document is good enough to sell to its holder. Pure.
 * @param today the calendar day at the kiosk, `YYYYMMDD`
 * @returns the first reason against it, or undefined
 */
export function checkDocument(fields: DocumentFields, rules: DocumentRules, today: string): ErrorCode | undefined {
  return refusals.find(([, refuses]) => refuses(fields, rules, today))?.[0];
}

/** All layouts but `I` (2017) carry an 18-character number by GB 11643. */
function carriesCitizenNumber({ type, layout }: DocumentFields): boolean {
  return type !== 'mrz' && layout !== 'I';
}

function hasBadDate(fields: DocumentFields, today: string): boolean {
  const { type, birth, validFrom, validTo } = fields;
  const ends = validTo === LONG_TERM ? '99991231' : validTo;
  return (
    !isCalendarDate(birth) ||
    birth > today ||
    !(isCalendarDate(validFrom) || (type === 'mrz' && validFrom === '')) ||
    (validTo !== LONG_TERM && !isCalendarDate(validTo)) ||
    validFrom > ends ||
    (carriesCitizenNumber(fields) && (numberProblem(fields.number) === 'date' || birthOf(fields.number) !== birth))
  );
}
