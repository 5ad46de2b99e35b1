import { openFileSigner, signerOf } from '../drivers/signer/file.js';
import { statePaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import type { Signer } from './contracts/signer.js';
import { KioskTrust } from './fleet/kiosk-trust.js';
import { byThumbprint } from './fleet/pinned.js';
import { credential } from './lib/credentials.js';

/** What the kiosk signs with, and whom it believes. @throws `fleet.key-missing` */
export async function createTrust(config: Config): Promise<KioskTrust> {
  return new KioskTrust(await createSigner(config), await byThumbprint(config.carrier.signingKeys));
}

/** What the kiosk signs with: the service manager's credential comes before a file. */
async function createSigner({ stateDir, signingKey }: Pick<Config, 'stateDir' | 'signingKey'>): Promise<Signer> {
  const name = 'signing-key';
  const given = await credential(name);
  return given === undefined
    ? openFileSigner(signingKey ?? statePaths(stateDir).signingKey)
    : signerOf(given, `credential ${name}`);
}
