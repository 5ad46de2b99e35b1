import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { BrokerFault } from '../contracts/link-socket.js';

/** Codes of OpenSSL's verification as Node names them (X509_V_ERR_*): nobody whom this side trusts vouches for the broker. */
const UNKNOWN_CA: ReadonlySet<string> = new Set([
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_SIGNATURE_FAILURE', 'CERT_UNTRUSTED'],
]);
const WRONG_TIME: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
/** What else is wrong with the broker's certificate. */
const OF_THE_BROKER = /CERT_|CRL|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ALTNAME/;
/** Alerts that the broker sends about this side's certificate (RFC 8446, §6.2). */
const ALERT = /ALERT_(?:.*CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR|HANDSHAKE_FAILURE)/;

/** What an error of a TLS connection means; undefined when it is not about certificates. */
export function tlsFault(code: string): BrokerFault | undefined {
  if (ALERT.test(code)) return 'fleet.certificate-refused';
  if (UNKNOWN_CA.has(code)) return 'fleet.broker-unknown-ca';
  if (WRONG_TIME.has(code)) return 'fleet.broker-expired';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'fleet.broker-wrong-host';
  return OF_THE_BROKER.test(code) ? 'fleet.broker-untrusted' : undefined;
}

/** What is wrong with the kiosk's own certificate and key (PEM); they are not even shown to a broker then. */
export function ownFault(
  pem: string | undefined,
  key: string | undefined,
  kiosk: string,
  now: number,
): BrokerFault | undefined {
  let certificate: X509Certificate;
  try {
    const own = key === undefined ? undefined : createPrivateKey(key);
    if (pem === undefined) return undefined;
    certificate = new X509Certificate(pem);
    if (own && !certificate.checkPrivateKey(own)) return 'fleet.certificate-foreign';
  } catch {
    return 'fleet.certificate-foreign';
  }
  if (!certificate.subject.split('\n').includes(`CN=${kiosk}`)) return 'fleet.certificate-foreign';
  return Date.parse(certificate.validTo) <= now ? 'fleet.certificate-expired' : undefined;
}

/** Until when a certificate is valid, milliseconds since the epoch; undefined for what is none. */
export function validUntil(pem: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(pem).validTo);
  } catch {
    return undefined;
  }
}
