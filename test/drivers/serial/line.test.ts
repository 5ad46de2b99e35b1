import t from 'tap';
import { openPty } from '../../../drivers/emulator/pty.js';
import { SerialLine } from '../../../drivers/serial/line.js';
import { systemClock } from '../../../src/lib/clock.js';

/** Without the care of `hang-up.ts` one line in twelve is lost unnoticed. */
const LINES = 100;
const LONG = new Uint8Array(3_000);

void t.test(
  'a line that goes while bytes arrive is missed, even when nobody writes',
  { timeout: 20_000 },
  async (t) => {
    for (let i = 0; i < LINES; i += 1) {
      const pty = openPty();
      let talking = Promise.resolve();
      await new Promise<void>((resolve) => {
        let heard = false;
        const line = new SerialLine({ path: pty.path, baudRate: 115_200 }, systemClock, {
          onOpen: () => {
            // What is on its way when the plug is pulled may fail; that is the point.
            talking = pty.write(LONG).catch(() => undefined);
          },
          onData: () => {
            if (heard) return;
            heard = true;
            talking = Promise.all([talking, pty.write(LONG).catch(() => undefined), pty.hangUp()]).then(
              () => undefined,
            );
          },
          onDown: () => resolve(line.close()),
        });
      });
      await talking;
    }
    t.pass(`${LINES} of ${LINES}`);
  },
);
