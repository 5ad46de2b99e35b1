import { webcrypto } from 'node:crypto';
// The library registers its parts by reflection.
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { KioskError } from '../errors.js';
import { DAY_MS } from '../lib/durations.js';

type CryptoKey = webcrypto.CryptoKey;
type CryptoKeyPair = webcrypto.CryptoKeyPair;
const { subtle } = webcrypto;

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** A clock may be somewhat behind the authority's. */
const LEEWAY_MS = 3_600_000;

/** Private key and what it proves, as PEM (RFC 7468). */
export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** A new P-256 key, as PKCS #8 PEM. */
export async function newTlsKey(): Promise<string> {
  const { privateKey } = await subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  return pemOf(privateKey);
}

/** A certificate signing request (PKCS #10, RFC 2986) for this common name. */
export async function requestCertificate(key: string, name: string): Promise<string> {
  const keys = await keyPairOf(key);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: subject(name),
    keys,
    signingAlgorithm: ECDSA,
  });
  return `${request.toString('pem')}\n`;
}

/** A certificate authority of one's own, for ten years. */
export async function newAuthority(name: string, now: number): Promise<KeyAndCertificate> {
  const key = await newTlsKey();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: subject(name),
    keys: await keyPairOf(key),
    signingAlgorithm: ECDSA,
    notBefore: new Date(now - LEEWAY_MS),
    notAfter: new Date(now + 3_650 * DAY_MS),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { key, certificate: `${certificate.toString('pem')}\n` };
}

/** What a certificate is for: `hosts` makes it one of a server too. */
export interface Subject {
  readonly name: string;
  readonly hosts?: readonly string[];
  readonly from: number;
  readonly until: number;
}

/** Certifies the key of a request. @throws `enrol.request-invalid` when it was not made by the key's owner for this name */
export async function certifyRequest(authority: KeyAndCertificate, request: string, of: Subject): Promise<string> {
  let parsed: Pkcs10CertificateRequest;
  try {
    parsed = new Pkcs10CertificateRequest(request);
    if (!(await parsed.verify())) throw new KioskError('enrol.request-invalid', 'the request is not signed by its key');
  } catch (cause) {
    if (cause instanceof KioskError) throw cause;
    throw new KioskError('enrol.request-invalid', 'no certificate signing request', { cause });
  }
  if (parsed.subject !== subject(of.name)) throw new KioskError('enrol.request-invalid', 'it is for another name');
  return certify(authority, (await parsed.publicKey.export(ECDSA, ['verify'])) as CryptoKey, of);
}

/** A new key and its certificate, for a broker or the carrier itself. */
export async function newCertified(authority: KeyAndCertificate, of: Subject): Promise<KeyAndCertificate> {
  const key = await newTlsKey();
  const { publicKey } = await keyPairOf(key);
  return { key, certificate: await certify(authority, publicKey, of) };
}

async function certify(authority: KeyAndCertificate, publicKey: CryptoKey, of: Subject): Promise<string> {
  const { hosts = [] } = of;
  const usages = [ExtendedKeyUsage.clientAuth, ...(hosts.length > 0 ? [ExtendedKeyUsage.serverAuth] : [])];
  const { privateKey } = await keyPairOf(authority.key);
  const certificate = await X509CertificateGenerator.create({
    subject: subject(of.name),
    issuer: new X509Certificate(authority.certificate).subject,
    publicKey,
    signingKey: privateKey,
    signingAlgorithm: ECDSA,
    notBefore: new Date(of.from - LEEWAY_MS),
    notAfter: new Date(of.until),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(usages),
      ...(hosts.length > 0 ? [new SubjectAlternativeNameExtension(hosts.map(alternative))] : []),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

const alternative = (host: string) => ({ type: /^[\d.]+$|:/.test(host) ? 'ip' : 'dns', value: host }) as const;

const subject = (name: string): string => `CN=${name}`;

async function pemOf(key: CryptoKey): Promise<string> {
  return `${PemConverter.encode(await subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

/** @throws `fleet.key-missing` */
async function keyPairOf(pem: string): Promise<CryptoKeyPair> {
  try {
    const privateKey = await subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), ECDSA, true, ['sign']);
    const { kty, crv, x, y } = await subtle.exportKey('jwk', privateKey);
    const publicKey = await subtle.importKey('jwk', { kty, crv, x, y } as webcrypto.JsonWebKey, ECDSA, true, [
      'verify',
    ]);
    return { privateKey, publicKey };
  } catch (cause) {
    throw new KioskError('fleet.key-missing', 'no private key on P-256', { cause });
  }
}
