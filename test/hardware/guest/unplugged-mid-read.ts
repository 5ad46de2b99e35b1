import type { Test } from 'tap';
import { commands } from '../../../drivers/id-reader/sam/constants.js';
import type { BenchLine } from '../../drivers/id-reader/bench-line.js';
import { personFields, samBench } from '../../drivers/id-reader/sam/bench.js';
import { faultIs } from '../../support/device-state.js';

const never = (): AbortSignal => new AbortController().signal;

/** The line goes while the driver waits for a card's content; when it is back, the next card is read. */
export async function unpluggedMidRead(t: Test, line: BenchLine): Promise<void> {
  const made = samBench({ line });
  t.teardown(() => made.close());
  await faultIs(made.reader, undefined);
  const lost = t.rejects(made.reader.read(never()), { code: 'reader.offline' });
  const selected = made.asked(commands.select);
  const asked = made.asked(commands.read);
  made.insert();
  await selected;
  // The answer would be faster than the hand at the plug.
  made.emulated().faults.mute = true;
  await asked;
  await made.unplug();
  await lost;
  await faultIs(made.reader, 'reader.offline');
  await made.plugIn();
  await faultIs(made.reader, undefined);
  made.insert();
  t.same((await made.reader.read(never())).fields.reveal(), personFields);
}
