import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { rootDir } from '../../../src/lib/paths.js';
import { Bench } from '../../support/bench.js';
import { holder } from '../../support/cast.js';
import { Command } from '../../support/process.js';

const PHOTO = join(rootDir, 'models/cast/person-1.jpg');

/** A home of its own, and nothing that would keep the engine from telling its maker what it is used for. */
const asAtHome = (dir: string) => ['env', '-u', 'CI', '-u', 'ORT_DISABLE_TELEMETRY', `HOME=${dir}`];

const left = async (dir: string): Promise<readonly string[]> =>
  (await readdir(dir, { recursive: true })).filter((name) => /onnxruntime|microsoft/i.test(name));

test('a face engine of one’s own keeps no record of what it is used for, and sends none', async (t) => {
  const home = t.testdir();
  const command = new Command(['face', 'compare', PHOTO, PHOTO], { prefix: asAtHome(home) });
  t.equal(await command.exited, 0, command.stderr);
  t.same(await left(home), []);
});

test('nor does the one in the service’s worker thread', async (t) => {
  const home = t.testdir();
  const bench = await Bench.start(t, { visitors: [holder(1)], runPrefix: asAtHome(home) });
  t.equal(await bench.visit(), 'sold');
  await bench.run.kill('SIGTERM');
  t.same(await left(home), []);
});
