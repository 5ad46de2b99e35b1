import type { Term, Terms } from '../contracts/panel.js';
import type { Consent } from '../fleet/messages.js';
import { sha256 } from '../lib/sha256.js';

export const defaultTerms: Terms = {
  consent: {
    version: '2026-2',
    text: [
      'This kiosk reads your identity document and takes pictures of your face to see that the document is yours.',
      'The comparison happens inside this machine. Pictures and document data are kept only until your visit ends.',
      'Your document data are sent encrypted to the carrier, who must register the holder of a number. Your face is not sent anywhere.',
      'You may refuse and be served by staff instead.',
    ].join('\n'),
  },
  noPassingOn: {
    version: '2026-1',
    text: 'The number is for you alone: it may not be sold, lent or handed on to anybody else.',
  },
};

/** What goes out with the signed event: which texts were agreed to, and the hash of exactly these. */
export function consentTo({ consent, noPassingOn }: Terms): Consent {
  return { ...hashed(consent), noPassingOn: hashed(noPassingOn) };
}

const hashed = ({ version, text }: Term) => ({ version, sha256: sha256(text) });
