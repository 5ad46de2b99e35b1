import { once } from 'node:events';
import { SerialPort } from 'serialport';
import t, { type Test } from 'tap';
import { EmulatedSamReader } from '../../../../drivers/emulator/id-reader/sam-reader.js';
import { openPty } from '../../../../drivers/emulator/pty.js';
import { commands } from '../../../../drivers/id-reader/sam/constants.js';
import { FrameParser } from '../../../../drivers/id-reader/sam/parser.js';
import { frameOf, requestFrame } from '../../../../drivers/id-reader/sam/writer.js';
import { card } from '../../id-reader/sam/bench.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

interface Desk {
  readonly reader: EmulatedSamReader;
  /** Sends bytes and resolves with the first answer: SW3 and the data. */
  readonly send: (bytes: Uint8Array) => Promise<{ readonly status: number; readonly length: number }>;
  /** The bytes of the last answer, with everything before them. */
  readonly raw: () => Buffer;
}

async function desk(t: Test): Promise<Desk> {
  const pty = openPty();
  const reader = new EmulatedSamReader(pty);
  const port = new SerialPort({ path: pty.path, baudRate: 115_200 });
  await once(port, 'open');
  t.teardown(async () => {
    await new Promise<void>((resolve) => port.close(() => resolve()));
    reader.close();
    await pty.close();
  });
  let raw = Buffer.alloc(0);
  return {
    reader,
    raw: () => raw,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        const parser = new FrameParser();
        raw = Buffer.alloc(0);
        const take = (chunk: Buffer): void => {
          raw = Buffer.concat([raw, chunk]);
          const [frame] = parser.push(chunk);
          if (!frame) return;
          port.removeListener('data', take);
          if (frame.kind === 'bad') reject(new Error(frame.flaw));
          else resolve({ status: frame.body[2] ?? 0, length: raw.length });
        };
        port.on('data', take);
        port.write(bytes);
      }),
  };
}

void t.test('the emulated reader answers find, select and read byte for byte as published', async (t) => {
  const { reader, send, raw } = await desk(t);
  reader.insert(card);
  await send(requestFrame(commands.find));
  t.same(raw(), hex('AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97'));
  await send(requestFrame(commands.select));
  t.same(raw(), hex('AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C'));
  await send(requestFrame(commands.read));
  t.equal(raw().length, 1_295);
  t.same(raw().subarray(0, 14), hex('AA AA AA 96 69 05 08 00 00 90 01 00 04 00'));
  t.same(raw().subarray(14, 270), Buffer.from(card.text));
  t.same(raw().subarray(270, 270 + card.photo.length), Buffer.from(card.photo));
});

void t.test('the emulated reader asks for the order find, select, read', async (t) => {
  const { reader, send } = await desk(t);
  const ask = async (name: keyof typeof commands): Promise<number> => (await send(requestFrame(commands[name]))).status;
  t.equal(await ask('find'), 0x80, 'nothing there');
  t.equal(await ask('select'), 0x81);
  t.equal(await ask('read'), 0x41);
  reader.insert(card);
  t.equal(await ask('select'), 0x81, 'not found yet');
  t.equal(await ask('find'), 0x9f);
  t.equal(await ask('read'), 0x41, 'not selected yet');
  t.equal(await ask('select'), 0x90);
  t.equal(await ask('readAppended'), 0x91);
  const read = new Promise<void>((resolve) => void reader.onRead(resolve));
  t.same(await send(requestFrame(commands.readWithFingerprint)), { status: 0x90, length: 1_297 });
  await read;
  t.equal(await ask('find'), 0x80, 'a card must leave before it is found again');
  reader.remove();
  reader.insert(card);
  t.equal(await ask('find'), 0x9f);
});

void t.test('the emulated reader answers the commands about itself', async (t) => {
  const { send } = await desk(t);
  for (const name of ['reset', 'status', 'samId'] as const)
    t.equal((await send(requestFrame(commands[name]))).status, 0x90, name);
  for (let rate = 0; rate <= 4; rate += 1) t.equal((await send(frameOf([0x60, rate]))).status, 0x90);
  t.equal((await send(frameOf([0x60, 5]))).status, 0x21);
  t.equal((await send(frameOf([0x77, 0]))).status, 0x21, 'an unknown command');
  t.equal((await send(hex('AA AA AA 96 69 00 03 20 01 23'))).status, 0x10, 'a wrong checksum');
  t.equal((await send(hex('AA AA AA 96 69 FF FF 20 01 22'))).status, 0x11, 'a wrong length');
});

void t.test('noise and pieces do not change what the emulated reader says', async (t) => {
  const { reader, send } = await desk(t);
  reader.faults.noise = true;
  reader.faults.split = true;
  reader.insert(card);
  for (let i = 0; i < 20; i += 1) t.equal((await send(requestFrame(commands.find))).status, 0x9f);
});
