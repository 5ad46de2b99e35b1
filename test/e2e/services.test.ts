import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { statePaths } from '../../src/config/paths.js';
import type { Screen } from '../../src/contracts/panel.js';
import { sha256 } from '../../src/lib/sha256.js';
import { Bench } from '../support/bench.js';
import { holder, portrait, resident } from '../support/cast.js';
import { Ear } from '../support/ear.js';
import { Command } from '../support/process.js';

const said = (endings: Awaited<ReturnType<Bench['serve']>>): string[] =>
  endings.map((ending) => [ending?.outcome, ending?.reason].filter(Boolean).join(' '));
const when = (state: string) => (screen: Screen) => screen.state === state;
/** States that the service said it came to. */
const cameTo = (bench: Bench, state: string): number => bench.run.stdout.split(`"to":"${state}"`).length - 1;

test('a number is sold, shown masked, marked as not mine, and put on a new card: then the old card is dead', async (t) => {
  const bench = await Bench.start(t, {
    visitors: [
      holder(1),
      holder(1, { service: 'my-numbers' }),
      holder(1, { service: 'my-numbers', notMine: 1 }),
      holder(1, { service: 'replace-sim' }),
      holder(5, { service: 'my-numbers' }),
    ],
  });
  const ear = await Ear.listen(t, bench);
  await bench.idle();
  const screens = Promise.all(
    ['consent', 'showing', 'case-opened', 'choosing'].map((name) => bench.screen(when(name))),
  );
  t.same(said(await bench.serve(5)), ['sold', 'informed', 'informed', 'replaced', 'informed']);
  const [consent, showing, opened, choosing] = await screens;
  t.same(showing?.numbers, [{ entry: 1, masked: '170****0001' }]);
  t.same(choosing?.numbers, showing?.numbers);
  t.match(opened?.reference, /^\d{4}-\d{4}$/);
  t.equal(opened?.numbers, undefined);

  const { consistent, cards, carrier } = await bench.settled();
  t.ok(consistent);
  t.match(cards, { taken: 2, inStack: 18 });
  t.same(carrier, { replaced: 1, active: 1 });
  const { noPassingOn, consent: text } = consent?.terms ?? {};
  const expected = {
    ...{ version: text?.version, sha256: sha256(text?.text ?? '') },
    noPassingOn: { version: noPassingOn?.version, sha256: sha256(noPassingOn?.text ?? '') },
  };
  t.equal(ear.all('consent.given').length, 5);
  for (const given of ear.all('consent.given')) t.same(given.consent, expected, 'exactly what was shown');
  t.same(
    ear.all('sale.authorise').map(({ consent: given, replaces }) => [given, replaces]),
    [
      [expected, undefined],
      [expected, 1],
    ],
  );
});

test('a new card that is left behind is void, and the old one stays live', async (t) => {
  const bench = await Bench.start(t, {
    visitors: [holder(1), holder(1, { service: 'replace-sim', behaviour: 'leaves-card' })],
  });
  t.same(said(await bench.serve(2)), ['sold', 'retained dispenser.not-taken']);
  const { consistent, cards, carrier } = await bench.settled();
  t.ok(consistent);
  t.match(cards, { taken: 1, retained: 1 });
  t.same(carrier, { active: 1, void: 1 });
});

test('killed while the new card waits to be taken: the card is kept inside or uncertain, and the old one stays live', async (t) => {
  const bench = await Bench.start(t, {
    visitors: [holder(1), holder(1, { service: 'replace-sim', behaviour: 'leaves-card' })],
  });
  await bench.idle();
  const served = bench.serve(2);
  await bench.run.says('"to":"choosing"');
  await bench.screen(when('presented'));
  await bench.run.kill();
  bench.startRun();
  await served;
  await bench.idle();
  const { consistent, cards, carrier } = await bench.settled();
  t.ok(consistent);
  t.match(cards, { taken: 1, retained: 1, uncertain: 0 });
  t.same(carrier, { active: 1, void: 1 });
});

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
    config: { documentLock: { forMs: 60_000 } },
  });
  const ear = await Ear.listen(t, bench);
  await bench.idle();
  t.same(said(await bench.serve(3)), ['refused-face face.no-match', 'refused-document document.locked', 'sold']);
  const captured = cameTo(bench, 'verifying');
  await bench.settled();
  const [locked] = ear.all('document.locked');
  t.ok(locked?.lock);
  t.equal(ear.all('document.locked').length, 1);
  await bench.run.kill();
  bench.startRun();
  await bench.idle();
  t.equal(captured, 4, 'three tries and the sale');
  t.same(said(await bench.serve(2)), ['refused-document document.locked', 'refused-document document.locked']);
});
