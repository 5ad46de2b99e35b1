import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmulatedMrzReader } from '../../../../drivers/emulator/id-reader/mrz-reader.js';
import { encodeZone, type MrzDocument } from '../../../../drivers/emulator/id-reader/mrz-writer.js';
import { openPty, type Pty } from '../../../../drivers/emulator/pty.js';
import { MrzIdReader } from '../../../../drivers/id-reader/mrz/index.js';
import type { DocumentFields, PhotoSource } from '../../../../src/contracts/id-reader.js';
import type { IdReaderBench } from '../../../contract/id-reader.js';
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
  readonly pty: () => Pty;
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

/** The driver on a pseudo-terminal with an emulated reader at its other end. */
export function mrzBench(
  options: {
    readonly document?: MrzDocument;
    readonly photo?: PhotoSource;
    readonly prepare?: (reader: EmulatedMrzReader) => void;
  } = {},
): MrzBench {
  const folder = mkdtempSync(join(tmpdir(), 'mrz-'));
  const link = join(folder, 'id-reader');
  const { document = person } = options;
  const picture = Buffer.from('the data page');
  let plugged: { pty: Pty; reader: EmulatedMrzReader };
  const plugIn = (): void => {
    const pty = openPty({ link });
    plugged = { pty, reader: new EmulatedMrzReader(pty, { scanMs: SCAN_MS }) };
    options.prepare?.(plugged.reader);
  };
  plugIn();
  const emulated = (): EmulatedMrzReader => plugged.reader;
  const reader = new MrzIdReader(
    { name: 'idReader', path: link, baudRate: 9_600, pauseMs: PAUSE_MS },
    options.photo ?? printedPhoto(picture),
  );
  const spoil = (change: (zone: readonly string[]) => readonly string[]) => () => {
    emulated().remove();
    emulated().faults.spoilNext = change;
  };
  return {
    reader,
    fields: { ...personFields, layout: document.layout },
    photo: picture,
    secrets: [],
    emulated,
    pty: () => plugged.pty,
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
      { code: 'document.check-digit', play: spoil((zone) => zone.map((line) => line.replace(/\d<*$/, nextDigit))) },
      { code: 'document.malformed', play: spoil((zone) => zone.map((line) => line.replaceAll('4', 'O'))) },
      { code: 'document.unsupported', play: spoil((zone) => zone.map((line) => line.replace(/^[IP]</, 'V<'))) },
    ],
    async unplug() {
      emulated().close();
      await plugged.pty.hangUp();
    },
    plugIn,
    async close() {
      await reader.close();
      emulated().close();
      await plugged.pty.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Another last digit: the composite check digit where there is one. */
const nextDigit = (end: string): string => String((Number(end[0]) + 1) % 10) + end.slice(1);
