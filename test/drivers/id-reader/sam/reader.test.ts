import t, { type Test } from 'tap';
import { commands } from '../../../../drivers/id-reader/sam/constants.js';
import { imagePhotoDecoder } from '../../../../drivers/id-reader/photo-decoder.js';
import { idReaderContract } from '../../../contract/id-reader.js';
import { faultIs } from '../../../support/device-state.js';
import { card, person, personFields, samBench, type SamBench } from './bench.js';
import { encodeCardText } from '../../../../drivers/emulator/id-reader/card-text-writer.js';

const never = (): AbortSignal => new AbortController().signal;

idReaderContract(t, 'A SAM reader', () => samBench());
idReaderContract(t, 'A SAM reader that finds a card again while it lies there', () =>
  samBench({ prepare: ({ faults }) => void (faults.keepsFinding = true) }),
);
idReaderContract(t, 'A SAM reader on a line with noise and in pieces', () =>
  samBench({ prepare: ({ faults }) => void ((faults.noise = true), (faults.split = true)) }),
);

async function bench(t: Test, options: Parameters<typeof samBench>[0] = {}): Promise<SamBench> {
  const made = samBench(options);
  t.teardown(() => made.close());
  await faultIs(made.reader, undefined);
  return made;
}

void t.test('a damaged answer is asked for once more and the customer notices nothing', async (t) => {
  const { reader, emulated, asked, insert, remove, looked } = await bench(t);
  for (const fault of ['corruptNext', 'wrongLengthNext'] as const) {
    for (const [before, damaged] of [
      [undefined, 'find'],
      ['find', 'select'],
      ['select', 'read'],
    ] as const) {
      const reading = reader.read(never());
      remove();
      await looked(2);
      const twice = asked(commands[damaged], 2);
      const reached = before ? asked(commands[before]) : undefined;
      insert();
      await reached;
      emulated().faults[fault] = 1;
      t.same((await reading).fields.reveal(), personFields, `${fault}, ${damaged}`);
      await twice;
    }
  }
});

void t.test('a line that damages every answer is reported as such', async (t) => {
  const { reader, emulated, insert } = await bench(t);
  emulated().faults.corruptNext = Infinity;
  insert();
  await t.rejects(reader.read(never()), { code: 'reader.bad-frame' });
  await faultIs(reader, 'reader.bad-frame');
  emulated().faults.corruptNext = 0;
  await faultIs(reader, undefined);
  t.same((await reader.read(never())).fields.reveal(), personFields);
});

void t.test('what the reader says of itself is a fault of the reader', async (t) => {
  const { reader, emulated } = await bench(t);
  for (const [status, code] of [
    [0x60, 'reader.self-test'],
    [0x66, 'reader.self-test'],
    [0x47, 'reader.self-test'],
    [0x24, 'reader.refused'],
    [0x10, 'reader.bad-frame'],
    [0x41, 'reader.refused'],
    [0xee, 'reader.refused'],
  ] as const) {
    emulated().faults.moduleStatus = status;
    await faultIs(reader, code);
    emulated().faults.moduleStatus = undefined;
    await faultIs(reader, undefined);
  }
  t.pass('each was reported, and that it was over');
});

void t.test('a reader that is not authorised while it reads has a fault', async (t) => {
  const { reader, emulated, insert } = await bench(t);
  emulated().faults.statusNext = 0x66;
  insert();
  const reported = faultIs(reader, 'reader.self-test');
  await t.rejects(reader.read(never()), { code: 'reader.self-test' });
  await reported;
  await faultIs(reader, undefined);
});

void t.test('a card with no image, no text of a card or nothing at all is refused and not delivered', async (t) => {
  const { reader, insert } = await bench(t);
  const unknown = encodeCardText(person);
  unknown.set(Buffer.from('Z', 'utf16le'), 248);
  for (const [content, code] of [
    [{ ...card, photo: new Uint8Array(0) }, 'document.photo-unreadable'],
    [{ ...card, photo: Buffer.from('no picture') }, 'document.photo-unreadable'],
    [{ ...card, text: unknown }, 'document.malformed'],
    [{ ...card, text: new Uint8Array(254) }, 'document.malformed'],
  ] as const) {
    insert(content);
    await t.rejects(reader.read(never()), { code }, code);
  }
  insert();
  t.same((await reader.read(never())).fields.reveal(), personFields);
});

void t.test('between two reads it is noticed that the card has left', async (t) => {
  const { reader, insert, remove, looked } = await bench(t, {
    prepare: ({ faults }) => void (faults.keepsFinding = true),
  });
  insert();
  await reader.read(never());
  await looked(2);
  remove();
  await looked(1);
  insert();
  t.same((await reader.read(never())).fields.reveal(), personFields);
});

void t.test('a card that does not lie right at once is read when it does', async (t) => {
  const { reader, emulated, asked, insert } = await bench(t, { settleMs: 60_000 });
  emulated().faults.cardStatus = 0x81;
  const reading = reader.read(never());
  insert();
  await asked(commands.select, 5);
  emulated().faults.cardStatus = undefined;
  t.same((await reading).fields.reveal(), personFields);
});

void t.test('a card fails once for each time it is put there, and is read where it lies once it can be', async (t) => {
  const { reader, emulated, asked, insert, remove, looked } = await bench(t);
  for (const status of [0x41, 0x81]) {
    emulated().faults.cardStatus = status;
    insert();
    await t.rejects(reader.read(never()), { code: 'document.unreadable' });
    const again = reader.read(never());
    await asked(commands.select, 30);
    emulated().faults.cardStatus = undefined;
    t.same((await again).fields.reveal(), personFields, 'no second failure');
    remove();
    await looked(1);
  }
});

void t.test('what a customer who left did not hear of a card, the next one is not told', async (t) => {
  const { reader, emulated, asked, insert, looked, remove } = await bench(t, { settleMs: 1_000 });
  const stop = new AbortController();
  const left = t.rejects(reader.read(stop.signal), { message: 'left' });
  emulated().faults.cardStatus = 0x81;
  insert();
  await asked(commands.select, 2);
  stop.abort(new Error('left'));
  await left;
  emulated().faults.cardStatus = undefined;
  remove();
  const next = reader.read(never());
  await looked(300);
  insert();
  t.same((await next).fields.reveal(), personFields);
});

void t.test('a customer who leaves while the card is being read has left nothing in the driver', async (t) => {
  const { reader, asked, insert, remove, looked } = await bench(t);
  const stop = new AbortController();
  const reading = t.rejects(reader.read(stop.signal), { message: 'left' });
  const reached = asked(commands.read);
  insert();
  await reached;
  stop.abort(new Error('left'));
  await reading;
  const next = reader.read(never());
  remove();
  await looked(1);
  insert();
  t.same((await next).fields.reveal(), personFields);
});

void t.test('the bytes of a photograph do not outlive the reading', async (t) => {
  const fields: Uint8Array[] = [];
  const { reader, insert } = await bench(t, {
    decoder: {
      decode(field) {
        fields.push(field);
        return imagePhotoDecoder.decode(field);
      },
    },
  });
  insert();
  const { photo } = await reader.read(never());
  t.ok(photo.reveal().some((byte) => byte !== 0));
  t.ok(fields[0]?.every((byte) => byte === 0));
});

void t.test('a decoder that gives its own input back, or breaks, harms nobody', async (t) => {
  let broken = false;
  const { reader, insert, remove, looked } = await bench(t, {
    decoder: { decode: (field) => (broken ? Promise.reject(new TypeError('boom')) : Promise.resolve(field)) },
  });
  insert();
  t.ok((await reader.read(never())).photo.reveal().some((byte) => byte !== 0));
  broken = true;
  const next = reader.read(never());
  remove();
  await looked(2);
  insert();
  await t.rejects(next, { code: 'document.photo-unreadable' });
});

void t.test('two who wait get a card each', async (t) => {
  const { reader, insert, remove, looked } = await bench(t);
  const first = reader.read(never());
  const second = reader.read(never());
  insert();
  await first;
  remove();
  await looked(2);
  insert({ ...card, text: encodeCardText({ ...person, name: '李四' }) });
  t.equal((await second).fields.reveal().name, '李四');
});

void t.test('a line that goes while nobody asks anything is missed at once', async (t) => {
  const made = samBench({ healthMs: 60_000 });
  t.teardown(() => made.close());
  await faultIs(made.reader, undefined);
  await made.unplug();
  await faultIs(made.reader, 'reader.offline');
  await made.plugIn();
  await faultIs(made.reader, undefined);
});

void t.test('a reader that is not there can be closed', async (t) => {
  const made = samBench();
  await made.unplug();
  t.equal(made.reader.fault(), 'reader.offline');
  await t.rejects(made.reader.read(never()), { code: 'reader.offline' });
  await made.close();
});
