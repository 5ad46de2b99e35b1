import { test } from 'tap';
import type { Screen } from '../../src/contracts/panel.js';
import { sha256 } from '../../src/lib/sha256.js';
import { VIRTUAL_KIOSK } from '../../src/cli/virtual-config.js';
import { Bench } from '../support/bench.js';
import { carrierSays } from '../support/carrier-says.js';
import { holder } from '../support/cast.js';
import { Ear } from '../support/ear.js';

const said = (endings: Awaited<ReturnType<Bench['serve']>>): string[] =>
  endings.map((ending) => [ending?.outcome, ending?.reason].filter(Boolean).join(' '));
const when = (state: string) => (screen: Screen) => screen.state === state;

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

  const { cases } = (await carrierSays(bench, 'cases')) as { readonly cases: readonly object[] };
  t.match(cases, [{ reference: opened?.reference, kiosk: VIRTUAL_KIOSK, number: /^\+86170\d{4}0001$/ }]);
  t.equal(cases.length, 1);

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
