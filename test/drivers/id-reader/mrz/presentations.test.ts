import { test } from 'tap';
import { Presentations } from '../../../../drivers/id-reader/mrz/presentations.js';
import { HandClock } from '../../../support/hand-clock.js';

const PAUSE_MS = 2_000;
const BEAT_MS = 500;
const never = (): AbortSignal => new AbortController().signal;
/** The specimen of ICAO Doc 9303-4, appendix A. */
const LINES = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
const zone = Buffer.from(`${LINES.join('\r')}\r`);

test('a reader that says empty lines while nothing lies there does not make one document of two', async (t) => {
  const clock = new HandClock();
  let gone = 0;
  const presentations = new Presentations(PAUSE_MS, clock, () => (gone += 1));
  const laidDown = async (): Promise<void> => {
    const next = presentations.next(never());
    presentations.hear(zone);
    t.same((await next).zone, LINES);
  };
  await laidDown();
  for (let beat = 0; beat < 2 * (PAUSE_MS / BEAT_MS); beat += 1) {
    clock.pass(BEAT_MS);
    presentations.hear(Buffer.from('\r\n'));
  }
  t.equal(gone, 1, 'it was taken away');
  await laidDown();
});
