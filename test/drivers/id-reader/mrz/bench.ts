import type { FarEnd } from '../../../../drivers/emulator/far-end.js';
import { EmulatedMrzReader } from '../../../../drivers/emulator/id-reader/mrz-reader.js';
import { encodeZone, type MrzDocument } from '../../../../drivers/emulator/id-reader/mrz-writer.js';
import { MrzIdReader } from '../../../../drivers/id-reader/mrz/index.js';
import type { DocumentFields, PhotoSource } from '../../../../src/contracts/id-reader.js';
import type { IdReaderBench } from '../../../contract/id-reader.js';
import { ptyLine, type BenchLine } from '../bench-line.js';
import { holds } from '../../../support/device-state.js';

/** Nobody: the specimen of ICAO Doc 9303, as if Germany had issued it. */
export const person = {
  type: 'mrz',
  layout: 'TD3',
  name: 'ERIKSSON, ANNA MARIA',
  sex: 'F',
  birth: '19740812',
  number: 'L898902C3',
  nationality: 'D',
  validTo: '20420415',
} as const satisfies MrzDocument;

export const personFields: DocumentFields = { ...person, issuer: 'D', validFrom: '' };

const SCAN_MS = 5;
/** Longer than any delay between two looks, shorter than twice {@link LOOKS} of them. */
const PAUSE_MS = 250;
const LOOKS = 30;

export interface MrzBench extends IdReaderBench {
  /** The reader that is plugged in now. */
  readonly emulated: () => EmulatedMrzReader;
  readonly end: () => FarEnd;
  readonly insert: (document?: MrzDocument) => void;
}

/** A photo source without a camera: hands the picture out. */
export function printedPhoto(photo: Uint8Array): PhotoSource {
  return {
    name: 'photo',
    fault: () => undefined,
    onChange: () => () => undefined,
    take: () => Promise.resolve(Uint8Array.from(photo)),
    close: () => Promise.resolve(),
  };
}

/** The driver on a line, a pseudo-terminal when left out, with an emulated reader at its other end. */
export function mrzBench(
  options: {
    readonly line?: BenchLine;
    readonly baudRate?: number;
    readonly document?: MrzDocument;
    readonly photo?: PhotoSource;
    readonly settleMs?: number;
    readonly prepare?: (reader: EmulatedMrzReader) => void;
  } = {},
): MrzBench {
  const line = options.line ?? ptyLine();
  const { document = person } = options;
  const picture = Buffer.from('the data page');
  let reader: EmulatedMrzReader;
  const sitDown = (): void => {
    reader = new EmulatedMrzReader(line.end(), { scanMs: SCAN_MS });
    options.prepare?.(reader);
  };
  sitDown();
  const emulated = (): EmulatedMrzReader => reader;
  const driver = new MrzIdReader(
    {
      name: 'idReader',
      path: line.path,
      baudRate: options.baudRate ?? 9_600,
      pauseMs: PAUSE_MS,
      settleMs: options.settleMs ?? 60,
    },
    options.photo ?? printedPhoto(picture),
  );
  const spoil = (change: (zone: readonly string[]) => readonly string[]) => {
    const spoilt = (zone: readonly string[]): readonly string[] => {
      emulated().faults.spoilNext = spoilt;
      return change(zone);
    };
    return {
      play() {
        emulated().remove();
        emulated().faults.spoilNext = spoilt;
      },
      mend: () => void (emulated().faults.spoilNext = undefined),
    };
  };
  return {
    reader: driver,
    fields: { ...personFields, layout: document.layout },
    photo: picture,
    secrets: [],
    emulated,
    end: line.end,
    insert: (laid = document) => emulated().insert(encodeZone(laid)),
    remove: () => emulated().remove(),
    looked: (times) => {
      let left = times * LOOKS;
      return holds(
        (look) => emulated().onScan(look),
        () => left-- <= 0,
      );
    },
    cardFaults: [
      { code: 'document.check-digit', ...spoil((zone) => zone.map((line) => line.replace(/\d<*$/, nextDigit))) },
      { code: 'document.malformed', ...spoil((zone) => zone.map((line) => line.replaceAll('4', 'O'))) },
      { code: 'document.unsupported', ...spoil((zone) => zone.map((line) => line.replace(/^[IP]</, 'V<'))) },
    ],
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

/** Another last digit: the composite check digit where there is one. */
const nextDigit = (end: string): string => String((Number(end[0]) + 1) % 10) + end.slice(1);
