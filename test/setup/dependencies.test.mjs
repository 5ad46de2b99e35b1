// @ts-check
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { dependenciesAreRight, ensureDependencies } from '../../src/setup/dependencies.mjs';
import { createReport } from '../../src/setup/report.mjs';

const lock = {
  name: 'x',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: {
    '': { name: 'x', version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  },
};
const installed = { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } };

test('what npm itself recorded as installed from this lock file is not installed again', async (t) => {
  /** @type {string[]} */
  const told = [];
  const root = t.testdir({
    'package-lock.json': JSON.stringify(lock),
    node_modules: { '.package-lock.json': JSON.stringify(installed) },
  });
  t.equal(await dependenciesAreRight(root), false);
  await ensureDependencies(
    root,
    createReport((text) => told.push(text)),
  );
  t.same(told, []);
  t.equal(await dependenciesAreRight(root), true);

  await writeFile(join(root, 'package-lock.json'), JSON.stringify({ ...lock, version: '1.0.1' }));
  t.equal(await dependenciesAreRight(root), false, 'a changed lock file is looked at again');
});

test('a lock file that does not fit package.json is a failure in one line', async (t) => {
  const root = t.testdir({
    'package.json': JSON.stringify({ name: 'x', version: '1.0.0', dependencies: { a: 'file:a' } }),
    a: { 'package.json': JSON.stringify({ name: 'a', version: '1.0.0' }) },
    'package-lock.json': JSON.stringify({ ...lock, packages: { '': lock.packages[''] } }),
  });
  const failure = await ensureDependencies(
    root,
    createReport(() => undefined),
  ).catch((error) => error);
  t.match(failure.message, /package-lock\.json does not fit package\.json/);
  t.notMatch(failure.message, /\n/);
  t.equal(await dependenciesAreRight(root), false);
});

test('a checkout without a lock file is refused', async (t) => {
  await t.rejects(dependenciesAreRight(t.testdir({})), { message: /package-lock\.json is missing/ });
});
