import { test } from 'tap';
import { VisitCounts } from '../../../src/kiosk/monitors/visit-counts.js';
import type { TransactionEvent } from '../../../src/transaction/events.js';
import { initial } from '../../../src/transaction/transaction.js';

const HOUR_MS = 3_600_000;
const next = (state: 'capturing' | 'done' | 'authorising' | 'reading') => ({ ...initial(0), state });
const failed: TransactionEvent = { type: 'face.failed', reason: 'face.no-match' };
const unreadable: TransactionEvent = { type: 'document.failed', reason: 'document.unreadable' };

test('face refusals are percent of the last 20 visits with a verdict, and say nothing before ten', (t) => {
  const counts = new VisitCounts();
  const visits = (count: number, refused: boolean): void => {
    for (let visit = 0; visit < count; visit += 1) {
      counts.onStep(failed, next('capturing'), 0);
      if (refused) counts.onStep(failed, next('done'), 0);
      else counts.onStep({ type: 'face.matched' }, next('authorising'), 0);
    }
  };
  visits(9, true);
  t.equal(counts.faceRefusals, undefined);
  visits(1, false);
  t.equal(counts.faceRefusals, 90, 'a try that another one followed is no refusal');
  visits(20, false);
  t.equal(counts.faceRefusals, 0, 'what is long ago does not count');
  visits(5, true);
  t.equal(counts.faceRefusals, 25);
  t.end();
});

test('errors of the reader are those of the last hour', (t) => {
  const counts = new VisitCounts();
  counts.onStep(unreadable, next('reading'), 0);
  counts.onStep({ type: 'document.failed', reason: 'document.removed' }, next('reading'), 0);
  counts.onReaderError(1_000);
  t.equal(counts.readerErrors(1_000), 2);
  t.equal(counts.readerErrors(HOUR_MS), 1);
  t.equal(counts.readerErrors(HOUR_MS + 1_000), 0);
  t.end();
});
