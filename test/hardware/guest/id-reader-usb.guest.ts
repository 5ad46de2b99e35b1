import { t } from 'tap';
import { openTty } from '../../../drivers/emulator/tty.js';
import { idReaderContract } from '../../contract/id-reader.js';
import { samBench } from '../../drivers/id-reader/sam/bench.js';
import { ttyLine, usbPlug } from './tty-line.js';
import { unpluggedMidRead } from './unplugged-mid-read.js';

t.setTimeout(500_000);

const far = await openTty('/dev/ttyS3', 115_200);
t.teardown(() => far.close());
const line = () => ttyLine('/dev/ttyUSB0', far, usbPlug);

idReaderContract(t, 'A SAM reader on a USB adapter', () => samBench({ line: line() }));

void t.test(
  'a reader whose USB adapter is pulled out while a card is read comes back, and the next card is read',
  (t) => unpluggedMidRead(t, line()),
);
