import { createHash } from 'node:crypto';

/** What a customer agrees to; the hash of exactly this text goes out with the signed event. */
export interface Consent {
  readonly version: string;
  readonly text: string;
}

export const defaultConsent: Consent = {
  version: '2026-1',
  text: [
    'This kiosk reads your identity document and takes pictures of your face to see that the document is yours.',
    'The comparison happens inside this machine. Pictures and document data are kept only until your visit ends.',
    'Your document data are sent encrypted to the carrier, who must register the holder of a number. Your face is not sent anywhere.',
    'The number is for you alone: it may not be sold or handed on.',
    'You may refuse and be served by staff instead.',
  ].join('\n'),
};

export function consentHash(consent: Consent): string {
  return createHash('sha256').update(consent.text).digest('hex');
}
