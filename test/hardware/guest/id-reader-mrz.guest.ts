import { t } from 'tap';
import { openTty } from '../../../drivers/emulator/tty.js';
import { idReaderContract } from '../../contract/id-reader.js';
import { mrzBench } from '../../drivers/id-reader/mrz/bench.js';
import { hangUpPlug, ttyLine } from './tty-line.js';

t.setTimeout(500_000);

// As slow as such readers are: nothing asks again for what the port loses.
const BAUD_RATE = 9_600;
const far = await openTty('/dev/ttyS2', BAUD_RATE);
t.teardown(() => far.close());

idReaderContract(t, 'A reader of machine-readable zones on /dev/ttyS1', () =>
  mrzBench({
    line: ttyLine('/dev/ttyS1', far, hangUpPlug('/dev/ttyS1')),
    baudRate: BAUD_RATE,
    prepare: ({ faults }) => void (faults.once = true),
  }),
);
