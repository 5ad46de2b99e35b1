import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { Configuration, Order, Orders } from '../carrier/orders.js';
import type { KeyRegistry } from '../carrier/registry.js';
import { SqliteCarrierStore } from '../carrier/sqlite-store.js';
import { KioskError } from '../errors.js';
import { Command, commandTypes, isCommandName } from '../fleet/commands.js';
import { Settings } from '../fleet/configuration.js';
import { wrongIn } from '../fleet/fitting.js';
import { KioskId, parseJson } from '../fleet/messages.js';
import { whoAsks } from './as-owner.js';
import { insistOnSteerable } from '../config/steerable.js';
import { EXIT, printJson } from './command.js';
import { textOf } from './provision.js';

const LOOK_MS = 200;
/** Bytes of JSON: signed, in base64, they fit into the largest message. */
const LONGEST_SETTINGS = 45_000;

interface Options {
  readonly dir: string;
  readonly json?: boolean;
}

export interface GiveOptions extends Options {
  readonly by?: string;
  /** Seconds. */
  readonly within: number;
  readonly whenIdle?: boolean;
  readonly wait?: boolean;
}

/** `simkiosk carrier command`: the running carrier sends it. With `--wait` also what became of it; exit 1 if it has not succeeded. */
export async function carrierCommand(
  kiosk: string,
  type: string,
  args: readonly string[],
  options: GiveOptions,
): Promise<void> {
  const { within, whenIdle = false, by = whoAsks(), wait, json = false } = options;
  const now = Date.now();
  const command = understood(type, {
    ...{ id: randomUUID(), type, by, whenIdle, args: Object.fromEntries(args.map(pair)) },
    ...{ issuedAt: timeOf(now), deadline: timeOf(now + within * 1_000) },
  });
  await withKiosk(kiosk, options.dir, async (orders) => {
    await orders.give(kiosk, command);
    if (wait) {
      const order = await ended(orders, command.id);
      show(order, await orders.text(command.id), json);
      process.exitCode = order.status === 'succeeded' ? EXIT.ok : EXIT.failed;
    } else if (json) printJson({ id: command.id });
    else process.stdout.write(`${command.id} is on its way; \`simkiosk carrier commands\` says what becomes of it.\n`);
  });
}

/** `simkiosk carrier commands`: what was asked of a kiosk, and what became of it; of one with `--id` everything. */
export async function carrierCommands(kiosk: string, { dir, id, json = false }: Options & { readonly id?: string }) {
  await withOrders(dir, async (orders) => {
    if (id !== undefined) {
      const order = await orders.find(id);
      if (order?.kiosk !== kiosk) throw new KioskError('cli.usage', `${kiosk} was given no command ${id}`);
      show(order, await orders.text(id), json);
      return;
    }
    const unreadable: string[] = [];
    const all = await orders.of(insistOnName(kiosk), (one) => void unreadable.push(one));
    for (const one of unreadable) process.stderr.write(`${one} cannot be read, and is not sent\n`);
    if (json) printJson({ kiosk, commands: all.map(summary) });
    else
      for (const { command, status } of all)
        process.stdout.write(`${command.issuedAt}  ${command.id}  ${command.type}  ${status}  (${command.by})\n`);
  });
}

export interface ConfigureOptions extends Options {
  readonly wait?: boolean;
}

/** `simkiosk carrier configure`: the settings that a kiosk is to have beside its own file, all of them. With `--wait` exit 1 if they do not stay. */
export async function carrierConfigure(kiosk: string, file: string, { dir, wait, json = false }: ConfigureOptions) {
  const settings = Settings.safeParse(parseJson(await textOf(file)));
  if (!settings.success) throw new KioskError('cli.usage', `${file} is no JSON object of settings`);
  insistOnSteerable(settings.data);
  if (Buffer.byteLength(JSON.stringify(settings.data)) > LONGEST_SETTINGS)
    throw new KioskError('cli.usage', `${file} has more than the ${LONGEST_SETTINGS} bytes that fit into a message`);
  await withKiosk(kiosk, dir, async (orders) => {
    const { version } = await orders.desire(kiosk, settings.data, Date.now());
    if (wait) await settled(orders, kiosk, version);
    const configuration = await orders.configuration(kiosk);
    showConfiguration(kiosk, configuration, json);
    const isApplied = configuration?.desired.version === version && configuration.status === 'applied';
    process.exitCode = isApplied || !wait ? EXIT.ok : EXIT.failed;
  });
}

/** `simkiosk carrier configuration`: which settings a kiosk is to have, which it has, and what stands between them. */
export async function carrierConfiguration(kiosk: string, { dir, json = false }: Options) {
  await withOrders(dir, async (orders) =>
    showConfiguration(kiosk, await orders.configuration(insistOnName(kiosk)), json),
  );
}

/** `simkiosk carrier revoke`: whatever a kiosk's keys sign is refused from now on. */
export async function carrierRevoke(kiosk: string, { dir, json = false }: Options) {
  await withKiosk(kiosk, dir, (_orders, registry) => registry.revoke(kiosk));
  if (json) printJson({ revoked: kiosk });
  else
    process.stdout.write(
      `${kiosk} is not believed any more. Its certificate stays valid: the broker must refuse it.\n`,
    );
}

function showConfiguration(kiosk: string, configuration: Configuration | undefined, json: boolean): void {
  if (json) printJson(configuration ?? { kiosk, status: 'never configured' });
  else process.stdout.write(`${JSON.stringify(configuration ?? `${kiosk} was never configured`, null, 2)}\n`);
}

async function settled(orders: Orders, kiosk: string, version: number): Promise<void> {
  while ((await orders.unsettled(kiosk))?.desired.version === version) await pause(LOOK_MS);
}

const summary = ({ command, status, reply, answered }: Order) => ({ ...command, status, reply, answered });

function show(order: Order, text: string | undefined, json: boolean): void {
  if (json) {
    printJson({ ...summary(order), ...(text !== undefined && { text }) });
    return;
  }
  const { command, status, reply } = order;
  process.stdout.write(`${command.type}: ${status}\n${JSON.stringify(reply, null, 2)}\n${text ?? ''}`);
}

async function ended(orders: Orders, id: string): Promise<Order> {
  for (;;) {
    const order = await orders.find(id);
    if (order?.answered) return order;
    await pause(LOOK_MS);
  }
}

type Work = (orders: Orders, registry: KeyRegistry) => Promise<void>;

async function withOrders(dir: string, work: Work): Promise<void> {
  const store = await SqliteCarrierStore.openKept(dir);
  try {
    await work(store.orders, store.registry);
  } finally {
    await store.close();
  }
}

/** What is meant for a kiosk whose name was misspelt would wait for ever. @throws `carrier.unknown-kiosk`, `cli.usage` */
async function withKiosk(kiosk: string, dir: string, work: Work): Promise<void> {
  insistOnName(kiosk);
  await withOrders(dir, async (orders, registry) => {
    if ((await registry.keysOf(kiosk, Date.now())).length === 0) throw new KioskError('carrier.unknown-kiosk', kiosk);
    await work(orders, registry);
  });
}

/** @throws `cli.usage` for what every kiosk would reject, or not understand */
function understood(type: string, command: Command): Command {
  if (!isCommandName(type))
    throw new KioskError('cli.usage', `the commands are ${Object.keys(commandTypes).join(', ')}, not ${type}`);
  insistOn(commandTypes[type].args, command.args);
  insistOn(Command, command);
  return command;
}

/** @throws `cli.usage` */
function insistOn(schema: z.ZodType, value: unknown): void {
  const { error } = schema.safeParse(value);
  if (!error) return;
  throw new KioskError('cli.usage', wrongIn(error));
}

/** Empty for a time that no calendar has. */
function timeOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

function pair(text: string): [string, string] {
  const [name = '', ...value] = text.split('=');
  return [name, value.join('=')];
}

/** @throws `cli.usage` */
function insistOnName(text: string): string {
  const kiosk = KioskId.safeParse(text);
  if (!kiosk.success) throw new KioskError('cli.usage', `${text} is no name of a kiosk`);
  return kiosk.data;
}
