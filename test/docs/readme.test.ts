import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { withGeneratedParts } from '../../src/docs/readme.js';
import { rootDir } from '../../src/lib/paths.js';

test('the diagram and the tables in the README are those of the program (npm run docs draws them anew)', async (t) => {
  const readme = await readFile(join(rootDir, 'README.md'), 'utf8');
  t.equal(readme, withGeneratedParts(readme));
  t.match(readme, /stateDiagram-v2/);
});
