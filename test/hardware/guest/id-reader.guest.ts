import { t } from 'tap';
import { openTty } from '../../../drivers/emulator/tty.js';
import { commands } from '../../../drivers/id-reader/sam/constants.js';
import { idReaderContract } from '../../contract/id-reader.js';
import { mrzBench } from '../../drivers/id-reader/mrz/bench.js';
import { personFields, samBench } from '../../drivers/id-reader/sam/bench.js';
import { faultIs } from '../../support/device-state.js';
import { hangUpPlug, ttyLine, usbPlug } from './tty-line.js';

t.setTimeout(220_000);

const never = (): AbortSignal => new AbortController().signal;
const BAUD_RATE = 115_200;
const [uart, usb] = [await openTty('/dev/ttyS2', BAUD_RATE), await openTty('/dev/ttyS3', BAUD_RATE)];
t.teardown(() => Promise.all([uart.close(), usb.close()]));

const onUart = () => ttyLine('/dev/ttyS1', uart, hangUpPlug('/dev/ttyS1'));
const onUsb = () => ttyLine('/dev/ttyUSB0', usb, usbPlug);

idReaderContract(t, 'A SAM reader on /dev/ttyS1', () => samBench({ line: onUart() }));
idReaderContract(t, 'A SAM reader on a USB adapter', () => samBench({ line: onUsb() }));
idReaderContract(t, 'A reader of machine-readable zones on /dev/ttyS1', () =>
  mrzBench({ line: onUart(), baudRate: BAUD_RATE, prepare: ({ faults }) => void (faults.once = true) }),
);

for (const [name, line] of [
  ['/dev/ttyS1', onUart],
  ['a USB adapter', onUsb],
] as const) {
  void t.test(
    `a reader on ${name} that is unplugged while a card is read comes back, and the next card is read`,
    async (t) => {
      const made = samBench({ line: line() });
      t.teardown(() => made.close());
      await faultIs(made.reader, undefined);
      const reading = t.rejects(made.reader.read(never()), { code: 'reader.offline' });
      const reached = made.asked(commands.read);
      made.insert();
      await reached;
      await made.unplug();
      await reading;
      await faultIs(made.reader, 'reader.offline');
      await made.plugIn();
      await faultIs(made.reader, undefined);
      made.insert();
      t.same((await made.reader.read(never())).fields.reveal(), personFields);
    },
  );
}
