import crypto from 'node:crypto';

/** SHA-256 of a text, in hexadecimal. The one call that Node has since 20.12 makes no object that must be collected. */
export const sha256: (text: string) => string =
  'hash' in crypto
    ? (text) => crypto.hash('sha256', text, 'hex')
    : (text) => (crypto as Pick<typeof crypto, 'createHash'>).createHash('sha256').update(text).digest('hex');
