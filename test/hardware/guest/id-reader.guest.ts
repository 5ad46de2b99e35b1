import { t } from 'tap';
import { openTty } from '../../../drivers/emulator/tty.js';
import { idReaderContract } from '../../contract/id-reader.js';
import { samBench } from '../../drivers/id-reader/sam/bench.js';
import { hangUpPlug, ttyLine } from './tty-line.js';
import { unpluggedMidRead } from './unplugged-mid-read.js';

t.setTimeout(500_000);

const far = await openTty('/dev/ttyS2', 115_200);
t.teardown(() => far.close());
const line = () => ttyLine('/dev/ttyS1', far, hangUpPlug('/dev/ttyS1'));

idReaderContract(t, 'A SAM reader on /dev/ttyS1', () => samBench({ line: line() }));

void t.test('a reader on /dev/ttyS1 that is hung up while a card is read comes back, and the next card is read', (t) =>
  unpluggedMidRead(t, line()),
);
