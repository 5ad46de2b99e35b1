import type { Test } from 'tap';
import type { DocumentFields, IdDocument, IdReader } from '../../src/contracts/id-reader.js';
import type { ErrorCode } from '../../src/errors.js';
import { faultIs } from '../support/device-state.js';

/** A reader, and somebody beside it who puts cards on it and pulls its plug. */
export interface IdReaderBench {
  readonly reader: IdReader;
  /** What the card says that {@link insert} puts there. */
  readonly fields: DocumentFields;
  /** The picture on that card. */
  readonly photo: Uint8Array;
  /** What that card carries too, and nobody may learn. */
  readonly secrets: readonly string[];
  readonly insert: () => void;
  readonly remove: () => void;
  /** Resolves when the reader, asked to read, has looked for a card so many times more. */
  readonly looked: (times: number) => Promise<void>;
  /** What the reader is to say about the card until it is mended, and the code that stands for it. */
  readonly cardFaults: readonly { readonly code: ErrorCode; readonly play: () => void; readonly mend: () => void }[];
  /** The line is there, but nobody answers. Left out: a reader that cannot be asked. */
  readonly mute?: (on: boolean) => void;
  readonly unplug: () => Promise<void>;
  readonly plugIn: () => void | Promise<void>;
  readonly close: () => Promise<void>;
}

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
const never = (): AbortSignal => new AbortController().signal;

/** What every ID reader promises (`src/contracts/id-reader.ts`). */
export function idReaderContract(t: Test, name: string, create: () => IdReaderBench): void {
  const bench = async (t: Test): Promise<IdReaderBench> => {
    const made = create();
    t.teardown(() => made.close());
    await faultIs(made.reader, undefined);
    return made;
  };
  const same = (t: Test, { fields, photo, readMs }: IdDocument, expected: IdReaderBench): void => {
    t.ok(readMs > 0, 'the reading took time');
    t.same(fields.reveal(), expected.fields);
    t.same(Buffer.from(photo.reveal()), Buffer.from(expected.photo));
  };

  void t.test(`${name} waits for a card and delivers what it says`, async (t) => {
    const { reader, ...rest } = await bench(t);
    const reading = reader.read(never());
    await rest.looked(3);
    rest.insert();
    same(t, await reading, { reader, ...rest });
  });

  void t.test(`${name} delivers nothing that the sale does not need`, async (t) => {
    const { reader, insert, secrets } = await bench(t);
    insert();
    const { fields, photo } = await reader.read(never());
    const told = JSON.stringify(fields.reveal()) + Buffer.from(photo.reveal()).toString('utf16le');
    for (const secret of secrets) t.notOk(told.includes(secret), 'a secret of the card');
  });

  void t.test(`${name} delivers a card once for each time it is put there`, async (t) => {
    const made = await bench(t);
    made.insert();
    await made.reader.read(never());
    const stop = new AbortController();
    const again = made.reader.read(stop.signal);
    await made.looked(5);
    stop.abort(new Error('enough'));
    await t.rejects(again, { message: 'enough' }, 'not while it lies there');
    const next = made.reader.read(never());
    await made.looked(2);
    made.remove();
    await made.looked(2);
    made.insert();
    same(t, await next, made);
  });

  void t.test(`${name} rejects with the reason of the signal and is ready again`, async (t) => {
    const made = await bench(t);
    const stop = new AbortController();
    const reading = made.reader.read(stop.signal);
    await made.looked(1);
    stop.abort(new Error('customer left'));
    await t.rejects(reading, { message: 'customer left' });
    await t.rejects(made.reader.read(stop.signal), { message: 'customer left' }, 'a signal that has come already');
    made.insert();
    same(t, await made.reader.read(never()), made);
  });

  void t.test(`${name} says what is wrong with a card, and reads it when it is presented again`, async (t) => {
    const made = await bench(t);
    const presentAgain = async (): Promise<void> => {
      made.remove();
      await made.looked(2);
      made.insert();
    };
    for (const { code, play, mend } of made.cardFaults) {
      play();
      const failed = t.rejects(made.reader.read(never()), { code }, code);
      await presentAgain();
      await failed;
      mend();
      t.equal(made.reader.fault(), undefined, 'which is no fault of the reader');
      const next = made.reader.read(never());
      await presentAgain();
      same(t, await next, made);
    }
  });

  void t.test(`${name} reports that it was unplugged and comes back by itself`, async (t) => {
    const made = await bench(t);
    const lost = t.rejects(made.reader.read(never()), { code: 'reader.offline' });
    await made.looked(1);
    await made.unplug();
    await lost;
    t.equal(made.reader.fault(), 'reader.offline');
    await t.rejects(made.reader.read(never()), { code: 'reader.offline' });
    await made.plugIn();
    await faultIs(made.reader, undefined);
    made.insert();
    same(t, await made.reader.read(never()), made);
  });

  void t.test(`${name} reports that nobody answers, and that somebody answers again`, async (t) => {
    const made = await bench(t);
    const { mute } = made;
    if (!mute) {
      t.pass('it cannot be asked anything');
      return;
    }
    mute(true);
    await t.rejects(made.reader.read(never()), { code: 'reader.no-answer' });
    await faultIs(made.reader, 'reader.no-answer');
    mute(false);
    await faultIs(made.reader, undefined);
    made.insert();
    same(t, await made.reader.read(never()), made);
  });

  void t.test(`${name} closes at any time, more than once, and leaves nothing behind`, async (t) => {
    const before = timers();
    const made = await bench(t);
    const reading = t.rejects(made.reader.read(never()), { code: 'reader.offline' }, 'a read in progress');
    await made.looked(1);
    await Promise.all([made.reader.close(), made.reader.close()]);
    await reading;
    await made.reader.close();
    await t.rejects(made.reader.read(never()), { code: 'reader.offline' });
    t.equal(made.reader.fault(), 'reader.offline');
    t.equal(timers(), before, 'no timer');
  });
}
