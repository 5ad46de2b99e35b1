// @ts-check
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { test } from 'tap';
import { sha256 } from '../../src/setup/files.mjs';
import { ensureModels, modelsAreRight } from '../../src/setup/models.mjs';
import { createReport } from '../../src/setup/report.mjs';

const model = Buffer.from('a network');
const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c0a080' } })
  .jpeg()
  .toBuffer();

/** @type {Record<string, Buffer>} */
const published = { 'package/net.onnx': model, 'package/group.jpg': picture };

const net = { file: 'net.onnx', package: 'nets', from: 'package/net.onnx', bytes: model.length, sha256: sha256(model) };
const person = {
  file: 'cast/person.jpg',
  package: 'photos',
  from: 'package/group.jpg',
  bytes: picture.length,
  sha256: sha256(picture),
  crop: { left: 10, top: 0, width: 20, height: 30 },
};
const packages = { nets: { version: '1.0.0' }, photos: { version: '2.0.1' } };

/**
 * A folder with a manifest, a registry in memory, and what they were asked and told.
 * @param {import('tap').Test} t
 * @param {{ files?: object[], cast?: object[], packages?: object }} [manifest]
 */
async function folder(t, manifest = {}) {
  const dir = t.testdir({ 'manifest.json': JSON.stringify({ packages, files: [net], cast: [person], ...manifest }) });
  /** @type {string[]} */
  const asked = [];
  /** @type {import('../../src/setup/fetch-package.mjs').FetchPackage} */
  const fetch = async (spec, wanted, into) => {
    asked.push(spec);
    for (const path of wanted) {
      await mkdir(dirname(join(into, path)), { recursive: true });
      const bytes = published[path];
      if (bytes) await writeFile(join(into, path), bytes);
    }
  };
  /** @type {string[]} */
  const told = [];
  const setUp = () =>
    ensureModels(
      dir,
      createReport((text) => told.push(text)),
      fetch,
    );
  return { dir, asked, told, setUp };
}

test('a first set-up fetches every file by exact version and crops the photographs', async (t) => {
  const { dir, asked, told, setUp } = await folder(t);
  t.equal(await modelsAreRight(dir), false);
  t.equal(await setUp(), true);
  t.same(asked, ['nets@1.0.0', 'photos@2.0.1']);
  t.same(await readFile(join(dir, 'net.onnx')), model);
  const { width, height } = await sharp(await readFile(join(dir, 'cast/person.jpg'))).metadata();
  t.same([width, height], [20, 30]);
  t.match(told.join(''), /models 1\/2 net\.onnx/);
  t.match(told.join(''), /models 2\/2 cast\/person\.jpg/);
  t.same((await readdir(dir)).sort(), ['cast', 'manifest.json', 'net.onnx'], 'nothing temporary is left');
});

test('a second set-up asks nobody and says nothing', async (t) => {
  const { dir, asked, told, setUp } = await folder(t);
  await setUp();
  asked.length = told.length = 0;
  t.equal(await modelsAreRight(dir), true);
  t.equal(await setUp(), false);
  t.same([asked, told], [[], []]);
});

test('a model that was altered is fetched again, and only that', async (t) => {
  const { dir, asked, setUp } = await folder(t);
  await setUp();
  asked.length = 0;
  await writeFile(join(dir, 'net.onnx'), 'another network');
  t.equal(await modelsAreRight(dir), false);
  await setUp();
  t.same(asked, ['nets@1.0.0']);
  t.same(await readFile(join(dir, 'net.onnx')), model);
});

test('a changed crop makes the photograph anew', async (t) => {
  const { dir, setUp } = await folder(t);
  await setUp();
  const cast = [{ ...person, crop: { ...person.crop, width: 25 } }];
  await writeFile(join(dir, 'manifest.json'), JSON.stringify({ packages, files: [net], cast }));
  t.equal(await setUp(), true);
  const { width } = await sharp(await readFile(join(dir, 'cast/person.jpg'))).metadata();
  t.equal(width, 25);
});

test('a fetched file with a wrong SHA-256 is refused and the old file left untouched', async (t) => {
  const expected = 'f'.repeat(64);
  const { dir, setUp } = await folder(t, { files: [{ ...net, sha256: expected }] });
  await writeFile(join(dir, 'net.onnx'), 'what was there');
  const failure = await setUp().catch((error) => error);
  t.match(failure.message, 'net.onnx');
  t.match(failure.message, expected, 'names what was expected');
  t.match(failure.message, sha256(model), 'names what was found');
  t.equal(await readFile(join(dir, 'net.onnx'), 'utf8'), 'what was there');
  t.equal((await readdir(dir)).filter((name) => name.startsWith('.fetch')).length, 0);
});

test('a model without a package is expected to be there', async (t) => {
  const own = { file: 'own.onnx', bytes: model.length, sha256: sha256(model) };
  const { dir, asked, setUp } = await folder(t, { files: [own], cast: [] });
  await t.rejects(setUp(), { message: /own\.onnx.*put it there/ });
  await writeFile(join(dir, 'own.onnx'), model);
  t.equal(await setUp(), false);
  t.equal(await modelsAreRight(dir), true);
  t.same(asked, []);
});

test('a manifest that is damaged or names no exact version is refused', async (t) => {
  const { setUp } = await folder(t, { packages: { nets: { version: '^1.0.0' }, photos: { version: '2.0.1' } } });
  await t.rejects(setUp(), { message: /no exact version of nets/ });
  const broken = await folder(t);
  await writeFile(join(broken.dir, 'manifest.json'), '{');
  await t.rejects(broken.setUp(), { message: /missing or damaged/ });
});
