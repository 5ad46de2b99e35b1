import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { rootDir } from '../../src/lib/paths.js';
import { mutants } from './mutants.js';

test('every bug that the simulation has to find still has its place in the program', async (t) => {
  for (const { name, file, find } of mutants) {
    const text = await readFile(join(rootDir, 'dist', 'src', file), 'utf8');
    t.equal(text.split(find).length, 2, name);
  }
});
