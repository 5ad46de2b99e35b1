import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { rootDir } from '../../src/lib/paths.js';
import { Command } from '../support/process.js';
import { mutants, type Mutant } from './mutants.js';
import type { Simulated } from './simulated.js';

/** The program with the bug in it, beside the good one so that it finds its packages. */
async function broken({ file, find, put }: Mutant): Promise<string> {
  const dir = await mkdtemp(join(rootDir, 'dist', 'mutant-'));
  for (const part of ['dist/src', 'dist/drivers', 'package.json'])
    await cp(join(rootDir, part), join(dir, part), { recursive: true });
  const path = join(dir, 'dist', 'src', file);
  const parts = (await readFile(path, 'utf8')).split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places like: ${find}`);
  await writeFile(path, parts.join(put));
  return dir;
}

for (const mutant of mutants)
  test(`a bug is found: ${mutant.name}`, async (t) => {
    const dir = await broken(mutant);
    t.teardown(() => rm(dir, { recursive: true }));
    const main = join(dir, 'dist', 'src', 'cli', 'main.js');
    const command = new Command(['simulate', '--transactions', '100000', '--json'], { main });
    t.teardown(() => command.kill());
    await command.exited;
    const { transactions, violations } = command.json() as Simulated;
    t.ok(violations.length > 0, `${violations[0]?.means ?? 'nothing'}, in visit ${transactions}`);
  });
