import { exportJWK, generateKeyPair } from 'jose';
import { VisitKey } from './messages.js';
import { unseal } from './seal.js';

/** Where the carrier's answers go that only one visit may read: its private key is in memory, and is gone with the visit. */
export interface Mailbox {
  readonly key: VisitKey;
  /** @throws when it was not sealed to this mailbox */
  open(sealed: string): Promise<unknown>;
}

export async function newMailbox(): Promise<Mailbox> {
  const pair = await generateKeyPair('ECDH-ES+A256KW', { crv: 'X25519', extractable: true });
  const privateKey = await exportJWK(pair.privateKey);
  return {
    key: VisitKey.parse(await exportJWK(pair.publicKey)),
    open: (sealed) => unseal(sealed, privateKey),
  };
}
