import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import type { EmulatorEvent } from '../../drivers/emulator/emulator.js';
import { statePaths } from '../config/paths.js';
import { errorTable, isErrorCode, type ErrorCode } from '../errors.js';
import { withResolvers } from '../lib/with-resolvers.js';
import { isBetweenVisits } from '../transaction/states.js';
import { OUTCOMES } from '../transaction/table.js';
import { auditState, tally, type AuditResult } from './audit-state.js';
import { Child } from './child.js';
import { EXIT, makeFolder, printJson, stopSignal } from './command.js';
import { oneself, type Oneself } from './own-camera.js';
import { Story } from './story.js';
import type { Pace } from './virtual-config.js';
import { startWorld, type World } from './world.js';

export interface DemoOptions {
  readonly customers?: number;
  readonly cast?: string;
  readonly broker?: string;
  readonly state?: string;
  readonly pace?: Pace;
  readonly json?: boolean;
  /** Device of a real camera, and a picture of whoever looks into it. */
  readonly camera?: string;
  readonly idPhoto?: string;
}

interface VisitLine {
  readonly outcome: string;
  readonly reason: string | null;
  readonly machineMs: number;
}

/** The carrier has this long to acknowledge what is left when the last customer is gone. */
const DRAIN_MS = 10_000;
const LOOK_MS = 50;

/** `simkiosk demo`: a whole virtual kiosk. Exit 0 when every visit came to an end and the books agree. */
export async function demo(options: DemoOptions): Promise<void> {
  const self = await oneself(options);
  const temporary = options.state === undefined;
  const dir = options.state ?? (await mkdtemp(join(tmpdir(), 'simkiosk-')));
  await makeFolder(statePaths(dir).logs);
  try {
    process.exitCode = (await runDemo(options, dir, self)) ? EXIT.ok : EXIT.failed;
  } finally {
    if (temporary) await rm(dir, { recursive: true, force: true });
  }
}

async function runDemo(options: DemoOptions, dir: string, self: Oneself | undefined): Promise<boolean> {
  const { customers, cast, broker, json = false, pace = json && !self ? 'fast' : 'real' } = options;
  const say = (line: string): void => {
    if (!json) process.stdout.write(`${line}\n`);
  };
  const { promise: turnedAway, resolve: turnAway } = withResolvers<ErrorCode>();
  const story = new Story(say);
  const visits: VisitLine[] = [];
  const begun = performance.now();
  let readyMs: number | undefined;
  let ending = false;
  const onEvent = (event: EmulatorEvent): void => {
    if (ending) return;
    story.tell(event);
    if (event.type === 'screen' && event.screen?.state === 'idle') readyMs ??= Math.round(performance.now() - begun);
    if (event.type === 'left') visits.push(lineOf(event.ending));
    if (event.type === 'turned-away') turnAway(event.reason);
  };

  const logs = statePaths(dir).logs;
  const destination = pino.destination({ dest: join(logs, 'world.log'), sync: true });
  say(`A kiosk begins in ${dir}; its logs are in ${logs}.`);
  if (self) say('You are the customer: look into your camera, and do what the screen says.');
  const world = await startWorld({ dir, cast, self, broker, pace, visits: customers, onEvent }, pino(destination));
  const spawned = performance.now();
  const run = new Child(['run', '--config', world.configFile], join(logs, 'run.log'));
  const link = new Child(['link', '--config', world.configFile], join(logs, 'link.log'));
  const stopped = stopSignal();
  const broken = Promise.race([run.ended, link.ended]).then((code) => {
    if (!ending) say(`A process of the service ended by itself (${code}): see ${logs}.`);
    return 'broken' as const;
  });

  try {
    const served = world.emulator.serve(world.visits).then(() => 'served' as const);
    const end = await Promise.race([turnedAway, served, stopped, broken]);
    if (isErrorCode(end)) process.stderr.write(`the kiosk invites nobody: ${end}: ${errorTable[end].means}\n`);
    if (end === 'served' || isErrorCode(end)) await drained(dir);
    const measured = {
      readyMs: readyMs === undefined ? null : Math.round(readyMs - (spawned - begun)),
      runMb: run.residentMb() ?? null,
      linkMb: link.residentMb() ?? null,
    };
    const result = await auditState(dir);
    if (json) printJson({ ...summary(visits, result), measured });
    else say(spoken(visits, result));
    const wanted = end === 'served' && visits.length === world.visits;
    if (wanted && customers === undefined) await more(world, say, Promise.race([stopped, broken]));
    const interrupted = customers === undefined && (end === 'SIGINT' || end === 'SIGTERM');
    return result.consistent && (wanted || interrupted);
  } finally {
    ending = true;
    // In this order, so that the last word of `run` is not that `link` is gone.
    await run.stop();
    await link.stop();
    await world.close();
    destination.end();
  }
}

/** The kiosk stays open; on a terminal, Enter sends the cast in once more. */
async function more(world: World, say: (line: string) => void, end: Promise<unknown>): Promise<void> {
  const terminal = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined;
  say(`The kiosk waits for more customers${terminal ? ': Enter sends the cast in again' : ''}; Ctrl-C ends it.`);
  terminal?.on('line', () => void world.emulator.serve(world.visits));
  await end;
  terminal?.close();
}

/** Waits until the kiosk is free and the carrier has acknowledged everything, as far as it does in time. */
async function drained(dir: string): Promise<void> {
  const until = performance.now() + DRAIN_MS;
  while (performance.now() < until) {
    const { messages, transaction } = await auditState(dir);
    if (isBetweenVisits(transaction.state) && messages.acknowledged === messages.committed) return;
    await pause(LOOK_MS);
  }
}

function lineOf(ending: Extract<EmulatorEvent, { type: 'left' }>['ending']): VisitLine {
  if (!ending) return { outcome: 'failed', reason: 'visit.interrupted', machineMs: 0 };
  return { outcome: ending.outcome, reason: ending.reason ?? null, machineMs: ending.machineMs };
}

function summary(visits: readonly VisitLine[], { cards, messages }: AuditResult) {
  const none = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]));
  const outcomes = { ...none, ...tally(visits.map(({ outcome }) => outcome)) };
  return { customers: visits.length, outcomes, cards, messages, visits };
}

function spoken(visits: readonly VisitLine[], { cards, messages, consistent, violations }: AuditResult): string {
  const outcomes = Object.entries(tally(visits.map(({ outcome }) => outcome)));
  return [
    '',
    `${visits.length} visits${outcomes.map(([outcome, times]) => `, ${times} ${outcome}`).join('')}.`,
    `${cards.loaded} cards: ${cards.inStack} in the stack, ${cards.taken} taken, ${cards.retained} retained, ${cards.uncertain} uncertain.`,
    `${messages.committed} messages committed, ${messages.acknowledged} acknowledged by the carrier.`,
    consistent ? 'All books agree.' : `The books do not agree: ${violations.join('; ')}.`,
    '',
  ].join('\n');
}
