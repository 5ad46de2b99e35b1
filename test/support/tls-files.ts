import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyAndCertificate } from '../../src/provision/x509.js';

/** Writes what somebody needs for TLS into a folder: `ca.pem`, `NAME.pem`, `NAME.key`. @returns their paths */
export async function writeTlsFiles(folder: string, name: string, authority: string, own: KeyAndCertificate) {
  const at = (file: string): string => join(folder, file);
  const files = { ca: at('ca.pem'), cert: at(`${name}.pem`), key: at(`${name}.key`) };
  await mkdir(folder, { recursive: true });
  await writeFile(files.ca, authority);
  await writeFile(files.cert, own.certificate);
  await writeFile(files.key, own.key);
  return files;
}
