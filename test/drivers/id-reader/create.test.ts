import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import sharp from 'sharp';
import t from 'tap';
import { createCamera } from '../../../drivers/camera/create.js';
import { emptyGlass } from '../../../drivers/emulator/data-page.js';
import { VirtualCamera } from '../../../drivers/emulator/camera/virtual-camera.js';
import { createIdReader } from '../../../drivers/id-reader/create.js';
import { faultIs } from '../../support/device-state.js';
import { ptyLine } from './bench-line.js';
import { buildLibrary, fieldFor } from './photo-library/maker.js';
import { mrzBench, personFields } from './mrz/bench.js';
import { card, personFields as residentFields, samBench } from './sam/bench.js';

const never = (): AbortSignal => new AbortController().signal;
const paces = { baudRate: 115_200, pollMs: 5, settleMs: 60, healthMs: 50 };
const noCamera = (): never => {
  throw new Error('no camera is asked for');
};

void t.test("a SAM reader with a maker's library goes on with the next card when the library breaks", async (t) => {
  const library = buildLibrary();
  const line = ptyLine();
  const made = samBench({ line });
  // The bench's own driver makes way.
  await made.reader.close();
  const photo = { library: library.path, symbol: 'unpack', call: 'unpack', timeoutMs: 2_000 } as const;
  const options = { driver: 'sam', port: line.path, ...paces, photo } as const;
  const reader = await createIdReader(options, noCamera);
  t.teardown(async () => {
    await reader.close();
    await made.close();
    library.remove();
  });
  t.not(reader.fault(), undefined, 'not before line and library are there');
  await faultIs(reader, undefined);
  made.insert({ ...card, photo: fieldFor('C') });
  await t.rejects(reader.read(never()), { code: 'reader.decoder-failed' });
  t.equal(reader.fault(), 'reader.decoder-failed');
  await faultIs(reader, undefined);
  made.insert({ ...card, photo: fieldFor('E') });
  await t.rejects(reader.read(never()), { code: 'document.photo-unreadable' });
  t.equal(reader.fault(), undefined);
  made.insert({ ...card, photo: fieldFor('D') });
  const document = await reader.read(never());
  t.same(document.fields.reveal(), residentFields);
  t.match(await sharp(document.photo.reveal()).metadata(), { format: 'png', width: 102, height: 126 });
});

void t.test('a library that is not there is a fault of the reader', async (t) => {
  const line = ptyLine();
  const made = samBench({ line });
  await made.reader.close();
  const photo = { library: '/nowhere/libmaker.so', symbol: 'unpack', call: 'unpack', timeoutMs: 2_000 } as const;
  const options = { driver: 'sam', port: line.path, ...paces, photo } as const;
  const reader = await createIdReader(options, noCamera);
  t.teardown(async () => {
    await reader.close();
    await made.close();
  });
  await faultIs(reader, 'reader.decoder-failed');
  await t.rejects(reader.read(never()), { code: 'reader.decoder-failed' });
});

void t.test('a reader of zones has its photograph from the camera of its configuration', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  const socket = join(folder, 'page.sock');
  const glass = await emptyGlass();
  const camera = await VirtualCamera.listen(socket, () => glass);
  const line = ptyLine();
  const made = mrzBench({ line });
  await made.reader.close();
  const photo = { camera: { driver: 'emulated', socket }, timeoutMs: 5_000 } as const;
  const reader = await createIdReader(
    { driver: 'mrz', port: line.path, baudRate: 9_600, pauseMs: 250, settleMs: 60, photo },
    createCamera,
  );
  t.teardown(async () => {
    await reader.close();
    await made.close();
    await camera.close();
    await rm(folder, { recursive: true });
  });
  await faultIs(reader, undefined);
  made.insert();
  const document = await reader.read(never());
  t.same(document.fields.reveal(), personFields);
  t.same(Buffer.from(document.photo.reveal()), Buffer.from(glass));
  await camera.unplug();
  await faultIs(reader, 'camera.offline');
});
