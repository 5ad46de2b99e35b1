import { TechnicianCommand } from '../contracts/control.js';
import { KioskError } from '../errors.js';
import { readBatch } from '../kiosk/batch.js';
import { naturalNumber } from './arguments.js';
import { printJson, writeOutput } from './command.js';
import { askKiosk } from './technician.js';
import { drawFaces, inCharacters, Picture } from './picture.js';

/** The commands of a technician: each asks the running service, or works on a stopped one's journal and devices. */
export interface TechnicianOptions {
  readonly config: string;
  readonly json?: boolean;
}

type Options = TechnicianOptions;

export const status = (options: Options) => carry(options, { command: 'status' });

export const reset = (options: Options) => carry(options, { command: 'reset' });

export const journalRenew = (options: Options) => carry(options, { command: 'journal-renew' });

export const stockUnload = (options: Options) => carry(options, { command: 'stock-unload' });

export function maintenance(onOff: string, options: Options) {
  if (onOff !== 'on' && onOff !== 'off') throw new KioskError('cli.usage', `maintenance is on or off, not ${onOff}`);
  return carry(options, { command: 'maintenance', on: onOff === 'on' });
}

export const settle = (iccid: string, fate: string, options: Options) =>
  carry(options, understood({ command: 'settle', iccid, fate }));

export const stockLoad = async (file: string, options: Options) =>
  carry(options, { command: 'stock-load', text: await readBatch(file) });

export const stockCount = (cards: string | undefined, options: Options) =>
  carry(options, understood({ command: 'stock-count', ...(cards !== undefined && { counted: naturalNumber(cards) }) }));

/** `simkiosk test`: with a camera also what it sees, in characters on a terminal, or whole in a file. */
export async function test(device: string, options: Options & { readonly save?: string }): Promise<void> {
  const { save, json = false } = options;
  const sees = device === 'camera';
  if (save !== undefined && !sees) throw new KioskError('cli.usage', '--save is for the camera');
  const { picture, ...result } = await askKiosk(
    options.config,
    understood({ command: 'test', device, picture: sees && (save !== undefined || !json) }),
  );
  if (typeof picture === 'string') {
    const { default: sharp } = await import('sharp');
    const seen = Picture.parse({ ...result, jpeg: Buffer.from(picture, 'base64') });
    if (save !== undefined) await writeOutput(save, await drawFaces(sharp, seen), { mode: 0o600 });
    if (!json) process.stdout.write(await inCharacters(sharp, seen));
  }
  say(result, json);
}

async function carry(options: Options, ask: TechnicianCommand): Promise<void> {
  say(await askKiosk(options.config, ask), options.json ?? false);
}

/** @throws `cli.usage` */
function understood(ask: unknown): TechnicianCommand {
  const parsed = TechnicianCommand.safeParse(ask);
  if (parsed.success) return parsed.data;
  throw new KioskError(
    'cli.usage',
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
}

function say(result: Readonly<Record<string, unknown>>, json: boolean): void {
  if (json) return printJson(result);
  for (const [name, value] of Object.entries(result))
    process.stdout.write(`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
}
