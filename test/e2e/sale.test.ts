import { test } from 'tap';
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
