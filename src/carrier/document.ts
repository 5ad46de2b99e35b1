import { z } from 'zod';
import { numberProblem } from '../identity/gb11643.js';

const written = z.string().trim().toUpperCase();
const citizenNumber = written.refine((number) => numberProblem(number) === undefined, 'is no number by GB 11643');

/**
 * A document as whoever serves a holder writes it down, in capitals as kiosks seal it: what no kiosk could seal is not
 * admitted, since it would be nobody's.
 */
export const WrittenDocument = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['resident', 'hmt-residence-permit']), number: citizenNumber }),
  z.object({
    type: z.literal('foreign-permanent-resident'),
    /** Of a card of 2017, or by GB 11643. */
    number: z.union([written.regex(/^[A-Z]{3}\d{12}$/), citizenNumber], 'is no number of such a card'),
  }),
  z.object({
    type: z.literal('mrz'),
    number: written.regex(/^[A-Z0-9<]+$/, 'is no number of a machine-readable zone'),
    /** ICAO Doc 9303-3 section 5, without fillers. */
    issuer: written.regex(/^[A-Z]{1,3}$/, 'is who issued the document, as its zone has it, e.g. CHE'),
  }),
]);
