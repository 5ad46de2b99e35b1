import fc from 'fast-check';
import { join } from 'node:path';
import t from 'tap';
import { ScanLines } from '../../../drivers/card-identifier/scan-lines.js';
import { SerialCardIdentifier } from '../../../drivers/card-identifier/scanner.js';
import { EmulatedScanner } from '../../../drivers/emulator/card-identifier.js';
import { openPty } from '../../../drivers/emulator/pty.js';
import { batchIccids } from '../../../src/lib/iccid.js';
import { cardReaderContract } from '../../contract/card-identifier.js';
import { faultIs } from '../../support/device-state.js';
import { openReadyBench } from '../card-dispenser/bench.js';

const NEVER = new AbortController().signal;
const BAUD_RATE = 9_600;

cardReaderContract(t, 'scanner', async (t, { timeoutMs }) => {
  const { dir, world, dispenser } = await openReadyBench(t);
  const link = join(dir, 'card-scanner');
  let pty = openPty({ link });
  let scanner = new EmulatedScanner(pty, world);
  const identifier = new SerialCardIdentifier({ name: 'cardIdentifier', path: link, baudRate: BAUD_RATE, timeoutMs });
  t.teardown(async () => {
    await identifier.close();
    scanner.close();
    await pty.close();
  });
  return {
    identifier,
    async stage() {
      await dispenser.stage(NEVER);
      return world.cards().find(({ at }) => at === 'transport')?.iccid ?? '';
    },
    remove: () => dispenser.retain(NEVER),
    legible(how) {
      scanner.mute = how === 'no';
      scanner.misread = how === 'garbled';
    },
    async unplug() {
      scanner.close();
      await pty.hangUp();
    },
    plugIn() {
      pty = openPty({ link });
      scanner = new EmulatedScanner(pty, world);
    },
  };
});

void t.test('an ICCID is heard however it arrives: in pieces, between nonsense, ended by CR, LF or both', async (t) => {
  const pty = openPty();
  const options = { name: 'cardIdentifier', path: pty.path, baudRate: BAUD_RATE, timeoutMs: 5_000 };
  const identifier = new SerialCardIdentifier(options);
  t.teardown(async () => {
    await identifier.close();
    await pty.close();
  });
  await faultIs(identifier, undefined);
  const [iccid = ''] = batchIccids(1);
  const short = iccid.slice(0, 19);
  for (const [said, heard] of [
    [`${iccid}\r`, iccid],
    [`${short}\n`, short],
    [`\r\n6901234567892\r\n00${iccid}\r\n${'x'.repeat(500)}\r\n${iccid}\r\n`, iccid],
  ] as const) {
    identifier.expect();
    const identified = identifier.identify(NEVER);
    for (const byte of Buffer.from(said)) await pty.write(Uint8Array.of(byte));
    t.equal(await identified, heard);
  }
});

void t.test('what was said while nobody had the scanner open does not count', async (t) => {
  const pty = openPty();
  const [old = '', fresh = ''] = batchIccids(2);
  await pty.write(Buffer.from(`${old}\r`));
  const options = { name: 'cardIdentifier', path: pty.path, baudRate: BAUD_RATE, timeoutMs: 5_000 };
  const identifier = new SerialCardIdentifier(options);
  t.teardown(async () => {
    await identifier.close();
    await pty.close();
  });
  await faultIs(identifier, undefined);
  const identified = identifier.identify(NEVER);
  await pty.write(Buffer.from(`${fresh}\r`));
  t.equal(await identified, fresh);
});

void t.test('a scanner that is not there is offline, and can be closed', async (t) => {
  const options = { name: 'cardIdentifier', path: '/nowhere/scanner', baudRate: BAUD_RATE, timeoutMs: 100 };
  const identifier = new SerialCardIdentifier(options);
  t.equal(identifier.fault(), 'card.identifier-offline');
  await t.rejects(identifier.identify(NEVER), { code: 'card.identifier-offline' });
  await identifier.close();
});

void t.test('the reader of lines finds exactly the ICCIDs, wherever the bytes are split', (t) => {
  const [iccid = ''] = batchIccids(1);
  const line = fc.oneof(fc.constant(iccid), fc.string({ maxLength: 80 }));
  const property = fc.property(fc.array(line), fc.array(fc.nat({ max: 40 })), (lines, sizes) => {
    const bytes = Buffer.from(lines.map((text) => `${text}\r`).join(''), 'latin1');
    const parser = new ScanLines();
    const found: string[] = [];
    let at = 0;
    for (const size of [...sizes, bytes.length]) {
      found.push(...parser.push(bytes.subarray(at, at + size)));
      at += size;
    }
    const expected = lines.flatMap((text) => text.split(/[\r\n]/)).filter((text) => /^89\d{17,18}$/.test(text));
    return found.join() === expected.join();
  });
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});

void t.test('a line that had begun before does not count, nor what follows of it', (t) => {
  const [iccid = ''] = batchIccids(1);
  const parser = new ScanLines();
  parser.push(Buffer.from('1'));
  parser.forget();
  t.same(parser.push(Buffer.from(`${iccid}\r${iccid}\r`)), [iccid]);
  parser.forget();
  t.same(parser.push(Buffer.from(`${iccid}\r`)), [iccid]);
  t.end();
});
