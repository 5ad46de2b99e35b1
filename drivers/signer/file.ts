import { readFile } from 'node:fs/promises';
import type { Signer } from '../../src/contracts/signer.js';
import { KioskError } from '../../src/errors.js';
import { JwkSigner, newSigningKey } from '../../src/lib/jwk-signer.js';
import { writeNew } from '../../src/lib/durable-file.js';

/**
 * The key in a file: whoever reads the file, as root does, can sign with it. Without the file one is made, for its owner's
 * eyes only. @throws `fleet.key-missing`
 */
export async function openFileSigner(file: string): Promise<Signer> {
  try {
    return await signerOf(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw unusable(file, cause);
  }
  try {
    await writeNew(file, `${JSON.stringify(await newSigningKey())}\n`);
    return await signerOf(await readFile(file, 'utf8'), file);
  } catch (cause) {
    throw unusable(file, cause);
  }
}

/** @param text a private JWK @param name where it is from @throws `fleet.key-missing` */
export async function signerOf(text: string, name: string): Promise<Signer> {
  let jwk: unknown;
  try {
    jwk = JSON.parse(text);
  } catch (cause) {
    throw new KioskError('fleet.key-missing', name, { cause });
  }
  return JwkSigner.of(jwk, name);
}

function unusable(file: string, cause: unknown): KioskError {
  return cause instanceof KioskError ? cause : new KioskError('fleet.key-missing', file, { cause });
}
