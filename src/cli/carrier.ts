import { join } from 'node:path';
import { text as textOfStream } from 'node:stream/consumers';
import { openAuthority } from '../carrier/authority.js';
import { setBlocked } from '../carrier/block.js';
import { enrol } from '../carrier/enrol.js';
import { newCertified } from '../provision/x509.js';
import { KioskError } from '../errors.js';
import { makeFolder, printJson, writeOutput } from './command.js';
import { textOf } from './provision.js';
import { DAY_MS } from '../lib/durations.js';

const SERVER_DAYS = 365;
/** It becomes the name of a file, and a common name that nothing has to be escaped in (RFC 4514). */
const FILE_NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/i;

export interface EnrolOptions {
  readonly dir: string;
  readonly out?: string;
  readonly overlapDays: number;
  readonly replace?: boolean;
  readonly json?: boolean;
}

/** `simkiosk carrier enrol`: pins a kiosk's signing key, certifies its TLS key, and writes what goes back to the kiosk. */
export async function carrierEnrol(requestFile: string, options: EnrolOptions): Promise<void> {
  const { dir, overlapDays, replace = false, json } = options;
  const grant = await enrol({ dir, request: await textOf(requestFile), overlapDays, replace, now: Date.now() });
  const file = options.out ?? join(dir, `${grant.kiosk}.grant.json`);
  await writeOutput(file, `${JSON.stringify(grant, null, 2)}\n`);
  if (json) printJson({ kiosk: grant.kiosk, kid: grant.kid, grant: file });
  else
    process.stdout.write(
      `${grant.kiosk} signs with ${grant.kid}. Bring ${file} to the kiosk: \`simkiosk provision --grant\`.\n`,
    );
}

export interface CertifyOptions {
  readonly dir: string;
  readonly out: string;
  readonly host?: readonly string[];
  readonly json?: boolean;
}

/** `simkiosk carrier certify`: a key and certificate for the broker (its hosts), or for the carrier's own connection to it. */
export async function carrierCertify(name: string, { dir, out, host = [], json }: CertifyOptions): Promise<void> {
  if (!FILE_NAME.test(name)) throw new KioskError('cli.usage', `${name} is no name of a broker or a carrier`);
  const now = Date.now();
  const authority = await openAuthority(dir, now);
  const of = { name, hosts: host, from: now, until: now + SERVER_DAYS * DAY_MS };
  const { key, certificate } = await newCertified(authority, of);
  await makeFolder(out, 'cli.usage');
  await writeOutput(join(out, 'ca.pem'), authority.certificate);
  await writeOutput(join(out, `${name}.pem`), certificate);
  await writeOutput(join(out, `${name}.key`), key, { mode: 0o600 });
  if (json) printJson({ name, hosts: host, folder: out });
  else process.stdout.write(`${join(out, name)}.pem and .key, and the authority's ca.pem, are written.\n`);
}

export interface BlockOptions {
  readonly dir: string;
  /** File with the holder's document, `-` for the standard input; in place of a transaction. */
  readonly document?: string;
  readonly json?: boolean;
}

/** `simkiosk carrier block`, `unblock`: the holder of a transaction, or of a document, gets no card any more, or again. */
export async function carrierBlock(
  transaction: string | undefined,
  blocked: boolean,
  options: BlockOptions,
): Promise<void> {
  const { dir, document, json } = options;
  if ((transaction === undefined) === (document === undefined))
    throw new KioskError('cli.usage', 'give either a transaction or --document');
  const whom =
    document === undefined
      ? { transaction: transaction ?? '' }
      : { document: document === '-' ? await textOfStream(process.stdin) : await textOf(document) };
  const changed = await setBlocked(dir, whom, blocked, Date.now());
  if (json) printJson({ blocked, changed });
  else process.stdout.write(`The holder ${changed ? 'is' : 'was already'} ${blocked ? 'blocked' : 'not blocked'}.\n`);
}
