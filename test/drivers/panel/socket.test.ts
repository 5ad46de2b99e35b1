import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { test, type Test } from 'tap';
import { Shown } from '../../../drivers/panel/protocol.js';
import { createSocketPanel } from '../../../drivers/panel/socket.js';
import type { PanelInput, Screen } from '../../../src/contracts/panel.js';
import { Listeners } from '../../../src/lib/listeners.js';
import { LineConnection } from '../../../src/lib/socket.js';
import { holds } from '../../support/device-state.js';

const IDLE: Screen = { state: 'idle' };
const CONSENT: Screen = { state: 'consent', prompt: 'agree', transaction: 'x' };
const DONE: Screen = { state: 'done', outcome: 'failed', reason: 'camera.offline', machineMs: 1_234.5 };

async function openPanel(t: Test) {
  const dir = await mkdtemp(join(tmpdir(), 'panel-'));
  const socket = join(dir, 'panel.sock');
  const panel = await createSocketPanel({ name: 'panel', socket });
  t.teardown(async () => {
    await panel.close();
    await rm(dir, { recursive: true });
  });
  return { panel, connect: () => connectTo(t, socket) };
}

/** A screen's own program. */
async function connectTo(t: Test, socket: string) {
  const stream = createConnection(socket);
  const line = new LineConnection(stream);
  t.teardown(() => line.close());
  const shown: Screen[] = [];
  const changed = new Listeners();
  line.onMessage((message) => {
    shown.push(Shown.parse(message));
    changed.emit();
  });
  const closed = new Promise<void>((resolve) => line.onClose(resolve));
  await once(stream, 'connect');
  return {
    stream,
    shown,
    closed,
    press: (input: unknown) => line.send(input),
    sees: (screen: Screen) =>
      holds(
        (look) => changed.add(look),
        () => isDeepStrictEqual(shown.at(-1), screen),
      ),
  };
}

test('every screen is shown what there is, and one that comes later the latest at once', async (t) => {
  const { panel, connect } = await openPanel(t);
  t.equal(panel.fault(), undefined);
  const first = await connect();
  panel.show(IDLE);
  await first.sees(IDLE);
  panel.show(CONSENT);
  panel.show(DONE);
  const late = await connect();
  await Promise.all([first.sees(DONE), late.sees(DONE)]);
  t.same(first.shown, [IDLE, CONSENT, DONE]);
  t.same(late.shown, [DONE]);
});

test('inputs arrive in the order they were made, of all screens, and none from before anybody listened', async (t) => {
  const { panel, connect } = await openPanel(t);
  const early = await connect();
  early.press({ type: 'cancel' });
  // Being cut off for this shows that what went before it was read.
  early.press('no input');
  await early.closed;
  const heard: PanelInput[] = [];
  const changed = new Listeners();
  panel.onInput(() => t.fail('a listener that was removed'))();
  panel.onInput((input) => {
    heard.push(input);
    changed.emit();
  });
  const count = (length: number): Promise<void> =>
    holds(
      (look) => changed.add(look),
      () => heard.length >= length,
    );
  const [one, other] = [await connect(), await connect()];
  const inputs = [{ type: 'start', service: 'sim' }, { type: 'agree' }, { type: 'cancel' }] as const;
  for (const input of inputs) one.press(input);
  await count(3);
  other.press({ type: 'agree' });
  await count(4);
  t.same(heard, [...inputs, { type: 'agree' }]);
});

test('a screen that sends what is no input is cut off; the others stay', async (t) => {
  const { panel, connect } = await openPanel(t);
  const good = await connect();
  const heard: PanelInput[] = [];
  panel.onInput((input) => heard.push(input));
  for (const nonsense of [
    'garbage\n',
    '{"type":"pay"}\n',
    '{"type":"start"}\n',
    '{"type":"agree","name":"x"}\n',
    'null\n',
    'x'.repeat(2_000_000),
  ]) {
    const bad = await connect();
    bad.stream.write(nonsense);
    await bad.closed;
  }
  panel.show(CONSENT);
  await good.sees(CONSENT);
  const agreed = new Promise<PanelInput>((resolve) => panel.onInput(resolve));
  good.press({ type: 'agree' });
  t.same(await agreed, { type: 'agree' });
  t.same(heard, [{ type: 'agree' }]);
});

test('a screen that goes away disturbs nobody, and a closed panel cuts all off and stays closed', async (t) => {
  const { panel, connect } = await openPanel(t);
  const [gone, stays] = [await connect(), await connect()];
  gone.stream.destroy();
  panel.show(IDLE);
  await stays.sees(IDLE);
  await panel.close();
  await stays.closed;
  await panel.close();
  t.doesNotThrow(() => panel.show(DONE));
  t.same(stays.shown, [IDLE]);
  await t.rejects(connect(), { code: 'ENOENT' });
});

test('a screen that hangs is cut off before what it does not read fills the memory; the others stay', async (t) => {
  const { panel, connect } = await openPanel(t);
  const [hung, lively] = [await connect(), await connect()];
  hung.stream.pause();
  const term = { version: '1', text: 'x'.repeat(2_000) };
  const screens = Array.from({ length: 500 }, (_, machineMs): Screen => {
    return { ...CONSENT, terms: { consent: term, noPassingOn: term }, machineMs };
  });
  for (const screen of screens) {
    panel.show(screen);
    await lively.sees(screen);
  }
  hung.stream.resume();
  await hung.closed;
  t.ok(hung.shown.length < screens.length / 2);
});
