import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { parseSafeOutputs, SafeOffFile, type SafeOutput } from '../../../drivers/gpio/safe-off-file.js';
import { rootDir } from '../../../src/lib/paths.js';

const outputs: readonly SafeOutput[] = [
  { driver: 'chardev', chip: '/dev/gpiochip-none', label: 'none such', offset: 3, line: 'dispenser-feed', safe: 0 },
  { driver: 'onoff', chip: 'no-such-chip', label: 'no-such-chip', offset: 17, line: '17', safe: 1 },
];

function safeOff(file: string): Promise<{ readonly code: number; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(join(rootDir, 'systemd/safe-off'), [file], (error, _stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stderr });
    });
  });
}

void t.test('what is written down is read again, in a folder that is made when it is missing', async (t) => {
  const file = join(t.testdir(), 'run/safe-off');
  const safeOffFile = new SafeOffFile(file);
  await safeOffFile.write([]);
  await safeOffFile.write(outputs);
  t.same(parseSafeOutputs(await readFile(file, 'utf8')), outputs);
});

void t.test('a file that cannot be written is an error that names it', async (t) => {
  const dir = t.testdir({ run: '' });
  const file = join(dir, 'run/safe-off');
  await t.rejects(new SafeOffFile(file).write(outputs), { code: 'gpio.safe-off-unwritable', detail: file });
});

void t.test('a damaged file is not taken for an empty one', (t) => {
  const line = 'chardev\t/dev/gpiochip0\tpinctrl-bcm2711\t17\t0\tfeed\n';
  t.equal(parseSafeOutputs(line).length, 1);
  for (const text of [line.slice(0, -1), `${line}\n`, line.replace('0\tfeed', '2\tfeed'), line.replace('17', '-1')])
    t.throws(() => parseSafeOutputs(text), SyntaxError, text);
  t.end();
});

void t.test('safe-off has nothing to do when no output was ever used', async (t) => {
  const { code, stderr } = await safeOff(join(t.testdir(), 'none'));
  t.equal(code, 0);
  t.match(stderr, /no output was ever used/);
});

void t.test('safe-off says which outputs it could not drive, and fails', async (t) => {
  const file = join(t.testdir(), 'safe-off');
  await new SafeOffFile(file).write(outputs);
  const { code, stderr } = await safeOff(file);
  t.equal(code, 1);
  t.match(stderr, /\/dev\/gpiochip-none dispenser-feed \(offset 3, chardev\): NOT driven low, gpio\.chip-missing/);
  t.match(stderr, /no-such-chip 17 \(offset 17, onoff\): NOT driven high, gpio\./);
});

void t.test('safe-off opens no device that is not a GPIO chip', async (t) => {
  const file = join(t.testdir(), 'safe-off');
  await new SafeOffFile(file).write([
    { driver: 'chardev', chip: '/dev/null', label: 'none such', offset: 0, line: 'x', safe: 0 },
  ]);
  const { code, stderr } = await safeOff(file);
  t.equal(code, 1);
  t.match(stderr, /\/dev\/null is not a GPIO chip/);
});

void t.test('safe-off fails on a damaged file', async (t) => {
  const file = join(t.testdir(), 'safe-off');
  await writeFile(file, 'chardev\t/dev/gpioch');
  const { code, stderr } = await safeOff(file);
  t.equal(code, 1);
  t.match(stderr, /cannot be read/);
});
