import t from 'tap';
import { withPart } from '../../../drivers/id-reader/with-part.js';
import type { ErrorCode } from '../../../src/errors.js';
import { Health } from '../../../src/lib/health.js';
import { mrzBench, personFields, printedPhoto } from './mrz/bench.js';
import { faultIs } from '../../support/device-state.js';

void t.test("a part's fault is the reader's, nothing is read with it, and both close together", async (t) => {
  const health = new Health('camera.offline');
  let closed = false;
  const part = {
    ...printedPhoto(Buffer.of(1)),
    fault: () => health.fault,
    onChange: (listener: () => void) => health.onChange(listener),
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
  const made = mrzBench();
  t.teardown(() => made.close());
  const reader = withPart(made.reader, part);
  await faultIs(made.reader, undefined);
  const seen: (ErrorCode | undefined)[] = [];
  const remove = reader.onChange(() => seen.push(reader.fault()));
  t.equal(reader.fault(), 'camera.offline');
  await t.rejects(reader.read(new AbortController().signal), { code: 'camera.offline' });
  health.set(undefined);
  made.insert();
  t.same((await reader.read(new AbortController().signal)).fields.reveal(), personFields);
  remove();
  health.set('camera.stalled');
  await reader.close();
  t.same(seen, [undefined]);
  t.ok(closed);
  t.equal(reader.fault(), 'reader.offline');
});
