// @ts-check
import { existsSync } from 'node:fs';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { buildIsRight, ensureBuild } from '../../src/setup/build.mjs';
import { createReport } from '../../src/setup/report.mjs';
import { rootDir } from '../../src/setup/setup.mjs';

const quiet = createReport(() => undefined);

/** A small checkout. @param {import('tap').Test} t @param {string} source */
async function checkout(t, source) {
  const root = t.testdir({
    'package.json': '{"type":"module"}',
    'package-lock.json': '{}',
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        rootDir: '.',
        outDir: 'dist',
        types: [],
        module: 'NodeNext',
        strict: true,
        incremental: true,
        tsBuildInfoFile: 'dist/.tsbuildinfo',
        sourceMap: true,
      },
      include: ['src/**/*.ts', 'test/**/*.ts'],
    }),
    src: { 'main.ts': source },
    test: { 'old.test.ts': 'export const old = 1;' },
  });
  await symlink(join(rootDir, 'node_modules'), join(root, 'node_modules'));
  return root;
}

test('the build compiles once, and again only what changed or was lost', async (t) => {
  const root = await checkout(t, 'export const a: number = 1;');
  const main = join(root, 'dist/src/main.js');
  t.equal(await ensureBuild(root, quiet), true);
  t.equal(await buildIsRight(root), true);
  t.equal(await ensureBuild(root, quiet), false, 'nothing to do');

  await writeFile(join(root, 'src/main.ts'), 'export const a: number = 22;');
  t.equal(await ensureBuild(root, quiet), true);
  t.match(await readFile(main, 'utf8'), '22');

  await rm(main);
  t.equal(await ensureBuild(root, quiet), true, 'an output that was deleted comes back');
  t.ok(existsSync(main));
});

test('a test whose source was deleted leaves no compiled test behind', async (t) => {
  const root = await checkout(t, 'export const a = 1;');
  await ensureBuild(root, quiet);
  t.ok(existsSync(join(root, 'dist/test/old.test.js')));
  await rm(join(root, 'test/old.test.ts'));
  await ensureBuild(root, quiet);
  t.notOk(existsSync(join(root, 'dist/test/old.test.js')));
  t.notOk(existsSync(join(root, 'dist/test/old.test.js.map')));
  t.ok(existsSync(join(root, 'dist/src/main.js')));
});

test('sources that do not compile are a failure that names the place, every time', async (t) => {
  const root = await checkout(t, 'export const a: number = "one";');
  await t.rejects(ensureBuild(root, quiet), { message: /src\/main\.ts/ });
  await t.rejects(ensureBuild(root, quiet), { message: /src\/main\.ts/ });
});
