import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readWorld } from '../../../drivers/emulator/card-dispenser/world-file.js';
import { dispenserChipLines, EmulatedDispenser } from '../../../drivers/emulator/card-dispenser/world.js';
import { EmulatedGpioChip } from '../../../drivers/emulator/gpio-chip.js';
import { batchIccids } from '../../../src/lib/iccid.js';
import { customerTakes } from '../../contract/card-dispenser.js';
import { holds } from '../../support/device-state.js';
import { openReadyBench } from '../card-dispenser/bench.js';

const NEVER = new AbortController().signal;
const iccids = batchIccids(7);
const [first = '', second = '', third = ''] = iccids;

function offline(t: Test): { readonly chip: EmulatedGpioChip; readonly file: string } {
  const dir = t.testdir();
  return {
    chip: new EmulatedGpioChip({ socket: join(dir, 'gpio.sock'), lines: dispenserChipLines }),
    file: join(dir, 'world.json'),
  };
}

void t.test('cards leave the stack in order, and every one is somewhere', async (t) => {
  const { world, dispenser } = await openReadyBench(t, { iccids });
  const moves: string[] = [];
  world.onMoved((iccid, to) => moves.push(`${iccid} ${to}`));
  await dispenser.stage(NEVER);
  await dispenser.present(NEVER);
  t.ok(world.cardAtExit);
  await customerTakes({ dispenser, takeCard: () => t.equal(world.takeCard(), first) });
  t.throws(() => world.takeCard(), { code: 'dispenser.no-media' });
  await dispenser.stage(NEVER);
  await dispenser.retain(NEVER);
  await dispenser.stage(NEVER);
  t.same(moves, [
    `${first} transport`,
    `${first} exit`,
    `${first} taken`,
    `${second} transport`,
    `${second} retained`,
    `${third} transport`,
  ]);
  t.same(world.counts(), { inStack: 4, inTransport: 1, atExit: 0, retained: 1, taken: 1 });
  t.same(world.emptyBin(), [second]);
  t.same(world.counts(), { inStack: 4, inTransport: 1, atExit: 0, retained: 0, taken: 1 });
  t.throws(() => world.refill([first]), RangeError, 'a card exists once');
});

void t.test('a card stays where it was when the motor is switched off on the way', async (t) => {
  const { world, dispenser, started } = await openReadyBench(t, { travelMs: 100 });
  const abort = new AbortController();
  const motor = started();
  const staged = dispenser.stage(abort.signal).catch(() => undefined);
  await motor;
  abort.abort();
  await staged;
  t.match(world.counts(), { inStack: 10, inTransport: 0 });
  await dispenser.stage(NEVER);
  t.match(world.counts(), { inStack: 9, inTransport: 1 });
});

void t.test('every change of a sensor bounces on the wire, and settles', async (t) => {
  const { dispenser, gpio } = await openReadyBench(t, { random: () => 0.99 }, { debounceMs: 0 });
  const levels: boolean[] = [];
  const settled = holds(
    (look) =>
      gpio.onEdge(({ line, level }) => {
        if (line === 'dispenser-transport') levels.push(level);
        look();
      }),
    () => levels.length === 7,
  );
  await dispenser.stage(NEVER);
  await settled;
  t.same(levels, [true, false, true, false, true, false, true]);
});

void t.test('the position of every card is on disk before a sensor shows it', async (t) => {
  const file = join(t.testdir(), 'world.json');
  const { world, gpio, dispenser } = await openReadyBench(t, { iccids, file });
  t.equal(readWorld(file)?.cards.length, iccids.length);
  const seen: unknown[] = [];
  gpio.onEdge(({ line, level }) => {
    if (level) seen.push([line, readWorld(file)?.cards.find(({ iccid }) => iccid === first)?.at]);
  });
  await dispenser.stage(NEVER);
  await dispenser.present(NEVER);
  t.same(seen, [
    ['dispenser-transport', 'transport'],
    ['dispenser-exit', 'exit'],
  ]);
  t.same(readWorld(file)?.cards, world.cards());
  t.notOk(existsSync(`${file}.tmp`));
});

void t.test('the cards lie where they lay when the emulator starts again, and the sensors show it', (t) => {
  const { chip, file } = offline(t);
  writeFileSync(
    file,
    JSON.stringify({
      cards: [
        { iccid: first, at: 'exit' },
        { iccid: second, at: 'stack' },
      ],
    }),
  );
  const world = new EmulatedDispenser({ chip, iccids, travelMs: 40, file });
  t.same(world.counts(), { inStack: 1, inTransport: 0, atExit: 1, retained: 0, taken: 0 });
  t.equal(chip.output('dispenser-exit'), true);
  t.equal(chip.output('dispenser-transport'), false);
  t.equal(chip.output('dispenser-low'), true);
  world.close();
  t.end();
});

void t.test('a file that is no such file is refused and left alone', (t) => {
  const { chip, file } = offline(t);
  for (const text of ['', '{"cards":[{"iccid":"1","at":"stack"}]}', `{"cards":[{"iccid":"${first}","at":"floor"}]}`]) {
    writeFileSync(file, text);
    t.throws(() => new EmulatedDispenser({ chip, iccids, travelMs: 40, file }));
  }
  t.end();
});

void t.test('the stack is low at five cards and empty at none', (t) => {
  const { chip } = offline(t);
  const levels = (count: number): boolean[] => {
    const world = new EmulatedDispenser({ chip, iccids: batchIccids(count), travelMs: 40 });
    world.close();
    return [chip.output('dispenser-low'), chip.output('dispenser-empty')];
  };
  t.same(levels(6), [false, false]);
  t.same(levels(5), [true, false]);
  t.same(levels(0), [true, true]);
  t.end();
});

void t.test('a card that drops into the bin is a pulse of at least 200 ms', async (t) => {
  const { gpio, dispenser } = await openReadyBench(t);
  const times: bigint[] = [];
  const pulse = holds(
    (look) =>
      gpio.onEdge(({ line, timestampNs }) => {
        if (line === 'dispenser-retained') times.push(timestampNs);
        look();
      }),
    () => times.length === 2,
  );
  await dispenser.stage(NEVER);
  await dispenser.retain(NEVER);
  await pulse;
  const [on = 0n, off = 0n] = times;
  t.ok(off - on >= 200_000_000n);
});
