import { JwkSigner, newSigningKey } from '../../src/lib/jwk-signer.js';

/** Public keys of a carrier that nobody has. */
export const CARRIER_KEY = { kty: 'OKP', crv: 'X25519', x: 'hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo' } as const;
export const CARRIER_SIGNING_KEY = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
} as const;

export const newSigner = async (): Promise<JwkSigner> => JwkSigner.of(await newSigningKey(), 'test');

/** What a signed message says, whoever signed it. */
export function saidBy(message: string): string {
  return Buffer.from(message.split('.')[1] ?? '', 'base64url').toString();
}
