import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KioskError } from '../errors.js';
import { KioskId } from '../fleet/messages.js';
import { KioskKeys } from '../provision/kiosk-keys.js';
import { makeFolder, printJson, writeOutput } from './command.js';

export interface ProvisionOptions {
  readonly kiosk?: string;
  readonly dir: string;
  readonly renew?: boolean;
  readonly grant?: string;
  readonly json?: boolean;
}

/** `simkiosk provision`: makes the kiosk's keys and a request for the carrier, or puts in place what the carrier gave for it. */
export async function provision({ kiosk, dir, renew, grant, json }: ProvisionOptions): Promise<void> {
  const keys = new KioskKeys(dir);
  if (grant !== undefined) {
    const { carrier, ...rest } = await keys.install(await textOf(grant));
    if (json) printJson({ kiosk: rest.kiosk, kid: rest.kid, carrier });
    else
      process.stdout.write(
        `${rest.kiosk} has its certificate. Put this into its configuration, then restart both services:\n` +
          `"carrier": ${JSON.stringify(carrier)}\n`,
      );
    return;
  }
  const id = KioskId.safeParse(kiosk);
  if (!id.success) throw new KioskError('cli.usage', '--kiosk is 1 to 64 of a-z, 0-9 and -');
  await makeFolder(dir, 'cli.usage');
  const request = renew ? await keys.renewal(id.data) : await keys.request(id.data);
  const file = join(dir, 'simkiosk.request');
  await writeOutput(file, `${request}\n`, { mode: 0o644 });
  if (json) printJson({ kiosk: id.data, request: file });
  else
    process.stdout.write(`Bring ${file} to the carrier: \`simkiosk carrier enrol\`. The keys themselves stay here.\n`);
}

/** @throws `config.missing` */
export async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KioskError('config.missing', file, { cause });
  });
}
