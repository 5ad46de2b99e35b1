import { encodeCardText, type CastDocument } from '../../../../drivers/emulator/id-reader/card-text-writer.js';
import type { CardContent } from '../../../../drivers/emulator/id-reader/sam-card.js';
import { EmulatedSamReader } from '../../../../drivers/emulator/id-reader/sam-reader.js';
import { imagePhotoDecoder } from '../../../../drivers/id-reader/photo-decoder.js';
import { commands, MIN_REQUEST, type Command } from '../../../../drivers/id-reader/sam/constants.js';
import { SamIdReader } from '../../../../drivers/id-reader/sam/index.js';
import { FrameParser } from '../../../../drivers/id-reader/sam/parser.js';
import type { DocumentFields, PhotoDecoder } from '../../../../src/contracts/id-reader.js';
import { Listeners } from '../../../../src/lib/listeners.js';
import type { IdReaderBench } from '../../../contract/id-reader.js';
import { ptyLine, type BenchLine } from '../bench-line.js';

/** Nobody: the number is a published example of GB 11643. */
export const person = {
  type: 'resident',
  name: '张三',
  sex: '1',
  ethnicity: '壮族',
  birth: '19491231',
  address: '北京市朝阳区某街道一号',
  number: '11010519491231002X',
  authority: '某市公安局',
  validFrom: '20150101',
  validTo: '长期',
} as const satisfies CastDocument;

export const personFields: DocumentFields = {
  type: 'resident',
  layout: ' ',
  name: '张三',
  sex: 'M',
  birth: '19491231',
  number: '11010519491231002X',
  nationality: 'CHN',
  validFrom: '20150101',
  validTo: 'long-term',
};

/** The smallest thing with the frame of a WebP file: RIFF, length, WEBP, and a few bytes. */
export const picture: Uint8Array = Buffer.concat([
  Buffer.from('RIFF'),
  Buffer.of(12, 0, 0, 0),
  Buffer.from('WEBP'),
  Buffer.of(1, 2, 3, 4, 5, 6, 7, 0),
]);

export const card: CardContent = { text: encodeCardText(person), photo: picture };

export interface SamBench extends IdReaderBench {
  /** The reader that is plugged in now. */
  readonly emulated: () => EmulatedSamReader;
  /** Resolves when the command has arrived at the reader so many times more (once when left out). */
  readonly asked: (command: Command, times?: number) => Promise<void>;
  readonly insert: (content?: CardContent) => void;
}

/** The driver on a line, a pseudo-terminal when left out, with an emulated reader at its other end. */
export function samBench(
  options: {
    readonly line?: BenchLine;
    readonly decoder?: PhotoDecoder;
    readonly prepare?: (reader: EmulatedSamReader) => void;
    readonly settleMs?: number;
    readonly healthMs?: number;
  } = {},
): SamBench {
  const line = options.line ?? ptyLine();
  const requests = new Listeners<[Uint8Array]>();
  let reader: EmulatedSamReader;
  const sitDown = (): void => {
    const end = line.end();
    const parser = new FrameParser(MIN_REQUEST);
    reader = new EmulatedSamReader(end);
    options.prepare?.(reader);
    end.onData((bytes) => {
      for (const frame of parser.push(bytes)) if (frame.kind === 'frame') requests.emit(frame.body);
    });
  };
  sitDown();
  const emulated = (): EmulatedSamReader => reader;
  const asked = ({ bytes: [cmd, para] }: Command, times = 1): Promise<void> =>
    new Promise((resolve) => {
      const remove = requests.add((body) => {
        if (body[0] !== cmd || body[1] !== para || --times > 0) return;
        remove();
        resolve();
      });
    });
  const driver = new SamIdReader(
    {
      name: 'idReader',
      path: line.path,
      baudRate: 115_200,
      pollMs: 5,
      settleMs: options.settleMs ?? 60,
      healthMs: options.healthMs ?? 50,
    },
    options.decoder ?? imagePhotoDecoder,
  );
  const status = (sw3: number) => ({
    play: () => void (emulated().faults.cardStatus = sw3),
    mend: () => void (emulated().faults.cardStatus = undefined),
  });
  return {
    reader: driver,
    fields: personFields,
    photo: picture,
    secrets: [person.ethnicity, person.address, person.authority],
    emulated,
    asked,
    insert: (content = card) => emulated().insert(content),
    remove: () => emulated().remove(),
    looked: (times) => asked(commands.find, times),
    cardFaults: [
      { code: 'document.unreadable', ...status(0x31) },
      { code: 'document.unreadable', ...status(0x32) },
      { code: 'document.not-genuine', ...status(0x33) },
      { code: 'document.unreadable', ...status(0x40) },
      { code: 'document.unreadable', ...status(0x41) },
      { code: 'document.unreadable', ...status(0x80) },
      { code: 'document.unreadable', ...status(0x81) },
      {
        code: 'document.removed',
        play: () => {
          emulated().faults.pullMidRead = true;
        },
        mend: () => undefined,
      },
    ],
    mute: (on) => {
      emulated().faults.mute = on;
    },
    async unplug() {
      reader.close();
      await line.unplug();
    },
    async plugIn() {
      await line.plugIn();
      sitDown();
    },
    async close() {
      await driver.close();
      reader.close();
      await line.close();
    },
  };
}
