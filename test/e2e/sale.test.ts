import { join } from 'node:path';
import { test } from 'tap';
import { holder, writeCast } from '../support/cast.js';
import { Command } from '../support/process.js';

interface Summary {
  readonly customers: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly cards: Readonly<Record<string, number>>;
  readonly messages: Readonly<Record<string, number>>;
  readonly visits: readonly { outcome: string; reason: string | null; machineMs: number }[];
}

test('the demo serves its cast: a sale, an impostor, a card left behind, no consent, an expired document, a sale', async (t) => {
  const demo = new Command(['demo', '--customers', '6', '--json']);
  t.equal(await demo.exited, 0, demo.stderr);
  const { customers, cards, messages, outcomes, visits } = demo.json() as Summary;
  t.equal(customers, 6);
  t.same(
    visits.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['sold', null],
      ['refused-face', 'face.no-match'],
      ['retained', 'dispenser.not-taken'],
      ['declined', 'visit.declined'],
      ['refused-document', 'document.expired'],
      ['sold', null],
    ],
  );
  t.match(outcomes, { sold: 2, 'refused-face': 1, retained: 1, declined: 1, 'refused-document': 1, failed: 0 });
  t.same(cards, { loaded: 50, inStack: 47, inTransport: 0, taken: 2, retained: 1, uncertain: 0 });
  t.equal(messages['committed'], messages['acknowledged'], 'the carrier acknowledged everything');
  t.ok(visits.every(({ machineMs }) => machineMs > 0));
});

test('a demo whose stack runs empty says why nobody is invited, and ends with a failure', async (t) => {
  const cast = await writeCast(join(t.testdir(), 'cast.json'), [holder(1), holder(4)], 1);
  const demo = new Command(['demo', '--customers', '2', '--json', '--cast', cast]);
  t.equal(await demo.exited, 1);
  t.match(demo.stderr, 'dispenser.card-unit-empty');
  t.match(demo.json(), { customers: 1, outcomes: { sold: 1 }, cards: { loaded: 1, taken: 1 } });
});

test('when the cast comes again, a technician has filled the stack', async (t) => {
  const cast = await writeCast(join(t.testdir(), 'cast.json'), [holder(1)], 1);
  const demo = new Command(['demo', '--customers', '3', '--json', '--cast', cast]);
  t.equal(await demo.exited, 0, demo.stderr);
  t.match(demo.json(), { customers: 3, outcomes: { sold: 3 }, cards: { loaded: 3, taken: 3, inStack: 0 } });
});
