import { X509Certificate, createPrivateKey, createPublicKey } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signer } from '../contracts/signer.js';
import { KioskError } from '../errors.js';
import { parseJson } from '../fleet/messages.js';
import { JwkSigner, newSigningKey } from '../lib/jwk-signer.js';
import { replaceFile, syncFolder, writeNew } from '../lib/durable-file.js';
import { readIfThere } from '../lib/read-if-there.js';
import { Grant } from './grant.js';
import { writeRequest } from './request.js';
import { newTlsKey, requestCertificate } from './x509.js';

/** The names under which the service units look for a kiosk's credentials (systemd.exec(5), `LoadCredential=`). */
const NAMES = {
  signingKey: 'simkiosk.signing-key',
  tlsKey: 'simkiosk-link.tls-key',
  tlsCert: 'simkiosk-link.tls-cert',
  tlsCa: 'simkiosk-link.tls-ca',
} as const;
const NEXT = '.next';

/** Keys of a kiosk in a folder. They are made here and never leave it. */
export class KioskKeys {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Makes the keys where they are missing. @returns a request for the carrier to enrol them */
  async request(kiosk: string): Promise<string> {
    const signer = await this.#signer(NAMES.signingKey);
    return writeRequest(kiosk, signer, await requestCertificate(await this.#tlsKey(NAMES.tlsKey), kiosk));
  }

  /**
   * Makes keys to follow the present ones, which sign the request for them. The present ones stay in use.
   * @throws `fleet.key-missing` when there are none: a new one is none that the carrier knows
   */
  async renewal(kiosk: string): Promise<string> {
    if ((await this.#read(NAMES.signingKey)) === undefined)
      throw new KioskError('fleet.key-missing', this.#at(NAMES.signingKey));
    const known = await this.#signer(NAMES.signingKey);
    const next = await this.#signer(NAMES.signingKey + NEXT);
    const tlsKey = await this.#tlsKey(NAMES.tlsKey + NEXT);
    return writeRequest(kiosk, next, await requestCertificate(tlsKey, kiosk), known);
  }

  /**
   * Puts the certificate of a grant beside the keys it is for; keys that follow others take their place. Cut off at any
   * point, it can be done again.
   * @throws `enrol.request-invalid` when the grant is not for keys of this folder; `cli.usage` when nothing can be written there
   */
  async install(text: string): Promise<Grant> {
    const parsed = Grant.safeParse(parseJson(text));
    if (!parsed.success) throw new KioskError('enrol.request-invalid', 'this is no grant');
    const grant = parsed.data;
    const signing = await this.#suffixOf(NAMES.signingKey, async (key) => {
      const { publicKey } = await JwkSigner.of(parseJson(key), NAMES.signingKey);
      return publicKey.kid === grant.kid;
    });
    const tls = await this.#suffixOf(
      NAMES.tlsKey,
      (key) => createPublicKey(createPrivateKey(key)).export(SPKI) === keyOf(grant.certificate),
    );
    if (signing === undefined || tls === undefined)
      throw new KioskError('enrol.request-invalid', `the grant is not for the keys in ${this.#dir}`);
    try {
      await replaceFile(this.#at(NAMES.tlsCa), grant.ca);
      await replaceFile(this.#at(NAMES.tlsCert), grant.certificate);
      if (tls !== '') await rename(this.#at(NAMES.tlsKey + tls), this.#at(NAMES.tlsKey));
      if (signing !== '') await rename(this.#at(NAMES.signingKey + signing), this.#at(NAMES.signingKey));
      await syncFolder(this.#dir);
    } catch (cause) {
      throw new KioskError('cli.usage', `the certificate cannot be put into ${this.#dir}`, { cause });
    }
    return grant;
  }

  /** Which of the keys of that name it is: the next one, or the present one. */
  async #suffixOf(name: string, fits: (key: string) => boolean | Promise<boolean>): Promise<string | undefined> {
    for (const suffix of [NEXT, '']) {
      const key = await this.#read(name + suffix);
      if (key !== undefined && (await fits(key))) return suffix;
    }
    return undefined;
  }

  async #signer(name: string): Promise<Signer> {
    if ((await this.#read(name)) === undefined) await this.#make(name, `${JSON.stringify(await newSigningKey())}\n`);
    return JwkSigner.of(parseJson((await this.#read(name)) ?? ''), this.#at(name));
  }

  async #tlsKey(name: string): Promise<string> {
    if ((await this.#read(name)) === undefined) await this.#make(name, await newTlsKey());
    return (await this.#read(name)) ?? '';
  }

  #at(name: string): string {
    return join(this.#dir, name);
  }

  async #make(name: string, text: string): Promise<void> {
    await writeNew(this.#at(name), text).catch((cause: unknown) => {
      throw new KioskError('fleet.key-missing', this.#at(name), { cause });
    });
  }

  #read(name: string): Promise<string | undefined> {
    return readIfThere(this.#at(name), 'fleet.key-missing');
  }
}

const SPKI = { type: 'spki', format: 'pem' } as const;

function keyOf(certificate: string): string {
  try {
    return new X509Certificate(certificate).publicKey.export(SPKI).toString();
  } catch (cause) {
    throw new KioskError('enrol.request-invalid', 'certificate', { cause });
  }
}
