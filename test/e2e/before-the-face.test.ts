import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { test } from 'tap';
import { statePaths } from '../../src/config/paths.js';
import { Bench } from '../support/bench.js';
import { holder, portrait, resident } from '../support/cast.js';
import { Ear } from '../support/ear.js';
import { Operator } from '../support/operator.js';
import { Command } from '../support/process.js';

t.setTimeout(230_000);

const said = (endings: Awaited<ReturnType<Bench['serve']>>): string[] =>
  endings.map((ending) => [ending?.outcome, ending?.reason].filter(Boolean).join(' '));
/** States that the service said it came to. */
const cameTo = (bench: Bench, state: string): number => bench.run.stdout.split(`"to":"${state}"`).length - 1;

test('whoever the carrier would not serve is refused before a face is captured, and told why', async (t) => {
  const bench = await Bench.start(t, {
    visitors: [
      holder(1, { service: 'replace-sim' }),
      holder(1),
      holder(1),
      holder(5),
      holder(1, { service: 'my-numbers' }),
    ],
    holderLimit: 1,
  });
  const ear = await Ear.listen(t, bench);
  await bench.idle();
  t.same(said(await bench.serve(3)), [
    'refused-carrier carrier.no-numbers',
    'sold',
    'refused-carrier carrier.holder-limit',
  ]);
  t.equal(cameTo(bench, 'capturing'), 1, 'a face of the sale alone');
  await bench.settled();

  const { carrier: dir } = statePaths(bench.dir);
  const [sale] = ear.all('sale.taken');
  const block = async (...args: readonly string[]): Promise<unknown> => {
    const command = new Command(['carrier', ...args, '--dir', dir, '--json']);
    await command.exited;
    return command.json();
  };
  t.same(await block('block', sale?.transaction ?? ''), { blocked: true, changed: true });
  const document = join(t.testdir(), 'document.json');
  const { type, number } = resident(5);
  await writeFile(document, JSON.stringify({ type, number }));
  t.same(await block('block', '--document', document), { blocked: true, changed: true });
  t.match(await block('block', '00000000-0000-4000-8000-000000000000'), { error: 'carrier.unknown-holder' });
  t.same(said(await bench.serve(5)), [
    'refused-carrier carrier.blocked',
    'refused-carrier carrier.blocked',
    'refused-carrier carrier.blocked',
    'refused-carrier carrier.blocked',
    'informed',
  ]);
  t.same(await block('unblock', '--document', document), { blocked: false, changed: true });
  t.equal(said(await bench.serve(4)).at(-1), 'sold');
  t.match(await bench.settled(), { consistent: true, cards: { taken: 2 } });
});

test('three faces that do not match lock the document: it is refused before a face is captured, and opens again', async (t) => {
  const bench = await Bench.start(t, {
    visitors: [holder(1, { faces: [portrait(2)] }), holder(1), holder(5)],
    config: { documentLock: { forMs: 3_600_000 } },
  });
  const ear = await Ear.listen(t, bench);
  await bench.idle();
  t.same(said(await bench.serve(3)), ['refused-face face.no-match', 'refused-document document.locked', 'sold']);
  const captured = cameTo(bench, 'capturing');
  await bench.settled();
  const [locked] = ear.all('document.locked');
  t.ok(locked?.lock);
  t.equal(ear.all('document.locked').length, 1);
  await bench.run.kill();
  bench.startRun();
  await bench.idle();
  t.equal(captured, 4, 'three tries and the sale');
  t.same(said(await bench.serve(2)), ['refused-document document.locked', 'refused-document document.locked']);
  const lock = locked?.lock ?? '';
  t.match(await new Operator(bench).ask('unlock-document', { args: { lock } }), { status: 'succeeded' });
  await ear.hears('document.unlocked', 1);
  t.same(ear.all('document.unlocked'), [{ lock, by: 'anna' }]);
  await bench.idle();
  t.same(said(await bench.serve(1)), ['refused-face face.no-match'], 'it may be tried again');
});
