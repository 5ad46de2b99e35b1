import t, { type Test } from 'tap';
import { encodeZone } from '../../../../drivers/emulator/id-reader/mrz-writer.js';
import { KioskError } from '../../../../src/errors.js';
import { idReaderContract } from '../../../contract/id-reader.js';
import { faultIs } from '../../../support/device-state.js';
import { mrzBench, person, personFields, printedPhoto, type MrzBench } from './bench.js';

const never = (): AbortSignal => new AbortController().signal;
const PICTURE = Buffer.from('the data page');

for (const layout of ['TD1', 'TD2', 'TD3'] as const)
  idReaderContract(t, `A reader of machine-readable zones, ${layout},`, () =>
    mrzBench({ document: { ...person, layout } }),
  );
idReaderContract(t, 'A reader of machine-readable zones that says each once', () =>
  mrzBench({ prepare: ({ faults }) => void (faults.once = true) }),
);
idReaderContract(t, 'A reader of machine-readable zones on a line with noise and in pieces', () =>
  mrzBench({ prepare: ({ faults }) => void ((faults.noise = true), (faults.split = true)) }),
);

async function bench(t: Test, options: Parameters<typeof mrzBench>[0] = {}): Promise<MrzBench> {
  const made = mrzBench(options);
  t.teardown(() => made.close());
  await faultIs(made.reader, undefined);
  return made;
}

void t.test('a zone of which only a part arrives is unreadable, and mere noise is nothing', async (t) => {
  const { reader, end, insert } = await bench(t);
  const reading = reader.read(never());
  await end().write(Buffer.from('NOREAD\r'));
  await end().write(Buffer.from(`${encodeZone(person)[1] ?? ''}\r`));
  await t.rejects(reading, { code: 'document.unreadable' });
  insert();
  t.same((await reader.read(never())).fields.reveal(), personFields);
});

void t.test(
  'a document that was laid down before anybody asked is not remembered, but read while it lies there',
  async (t) => {
    const { reader, insert, looked } = await bench(t);
    insert();
    await looked(1);
    t.same((await reader.read(never())).fields.reveal(), personFields);
  },
);

void t.test('a document that does not lie right at once is read when it does', async (t) => {
  const { reader, emulated, insert } = await bench(t, { settleMs: 60_000 });
  emulated().faults.spoilNext = (zone) => zone.map((line) => line.replaceAll('4', 'O'));
  insert();
  t.same((await reader.read(never())).fields.reveal(), personFields);
});

void t.test(
  'a document fails once for each time it is laid down, and is read where it lies once it can be',
  async (t) => {
    const { reader, cardFaults, insert, remove, looked } = await bench(t);
    for (const { code, play, mend } of cardFaults) {
      play();
      insert();
      await t.rejects(reader.read(never()), { code });
      const again = reader.read(never());
      await looked(1);
      mend();
      t.same((await again).fields.reveal(), personFields, 'no second failure');
      remove();
      await looked(3);
    }
  },
);

void t.test('two who wait get a document each, without a pause when they are different', async (t) => {
  const { reader, insert } = await bench(t);
  const first = reader.read(never());
  const second = reader.read(never());
  insert();
  await first;
  insert({ ...person, name: 'MUSTERMANN, ERIKA' });
  t.equal((await second).fields.reveal().name, 'MUSTERMANN, ERIKA');
});

void t.test('without a photograph there is no document, whatever the reason; the next one has it', async (t) => {
  let failure: KioskError | undefined = new KioskError('document.photo-unreadable');
  const photo = {
    ...printedPhoto(PICTURE),
    take: () => (failure ? Promise.reject(failure) : Promise.resolve(PICTURE)),
  };
  const { reader, insert } = await bench(t, { photo });
  insert();
  await t.rejects(reader.read(never()), { code: 'document.photo-unreadable' });
  failure = new KioskError('camera.stalled');
  await t.rejects(reader.read(never()), { code: 'camera.stalled' });
  failure = undefined;
  t.same((await reader.read(never())).fields.reveal(), personFields);
});

void t.test('a customer who leaves while the photograph is taken ends the reading', async (t) => {
  const stop = new AbortController();
  const photo = {
    ...printedPhoto(PICTURE),
    take: (signal: AbortSignal) =>
      new Promise<Uint8Array>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        stop.abort(new Error('left'));
      }),
  };
  const { reader, insert } = await bench(t, { photo });
  insert();
  await t.rejects(reader.read(stop.signal), { message: 'left' });
});

void t.test('a reader that is not there can be closed', async (t) => {
  const made = mrzBench();
  await made.unplug();
  await faultIs(made.reader, 'reader.offline');
  await t.rejects(made.reader.read(never()), { code: 'reader.offline' });
  await made.close();
});
