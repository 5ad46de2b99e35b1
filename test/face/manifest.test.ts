import { writeFileSync } from 'node:fs';
import { cp, link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { createFaceEngine } from '../../drivers/face-engine/create.js';
import { COMPARING } from '../../src/contracts/face-engine.js';
import { codeOf, type KioskError } from '../../src/errors.js';
import { readModelSet } from '../../src/face/manifest.js';
import { loadModels, usesOf } from '../../src/face/models.js';
import { modelsDir } from '../../src/lib/paths.js';

test('the shipped models are the ones that the manifest names', async (t) => {
  const set = readModelSet(modelsDir);
  t.same([...(await loadModels(set)).keys()], Object.keys(set.models));
});

test('a model file that is missing or altered is named', async (t) => {
  const dir = t.testdir();
  await cp(join(modelsDir, 'manifest.json'), join(dir, 'manifest.json'));
  const set = readModelSet(dir);
  const { models } = set;
  for (const { file } of Object.values(models)) await cp(join(modelsDir, file), join(dir, file));
  await t.resolves(loadModels(set));
  await writeFile(join(dir, models.landmark.file), 'x', { flag: 'a' });
  await t.rejects(loadModels(set), { code: 'face.model-altered', detail: models.landmark.file });
  await rm(join(dir, models.landmark.file));
  await t.rejects(loadModels(set), { code: 'face.model-missing', detail: models.landmark.file });
});

test('of a set only what is asked for is read', async (t) => {
  const set = readModelSet(modelsDir);
  const models = await loadModels(set, COMPARING);
  t.same([...models.keys()], COMPARING);
  t.match(usesOf(set).feature, { width: 112, height: 112, channels: 'rgb', mean: [127.5], deviation: [128] });
});

test('an engine refuses a set whose entry does not fit its file, or that asks for pre-processing nobody has', async (t) => {
  const manifest = JSON.parse(await readFile(join(modelsDir, 'manifest.json'), 'utf8')) as Manifest;
  const dir = t.testdir();
  for (const { file } of Object.values(manifest.sets.faceplugin.models))
    await link(join(modelsDir, file), join(dir, file));
  const open = async (change: (models: Manifest['sets']['faceplugin']['models']) => void): Promise<unknown> => {
    const changed = structuredClone(manifest);
    change(changed.sets.faceplugin.models);
    await writeFile(join(dir, 'manifest.json'), JSON.stringify(changed));
    try {
      const engine = await createFaceEngine('onnx', { set: readModelSet(dir) });
      await engine.close();
      return undefined;
    } catch (error) {
      return [codeOf(error), (error as KioskError).detail];
    }
  };
  t.equal(await open(() => undefined), undefined);
  t.same(await open(({ landmark }) => (landmark.input.width = 96)), ['face.model-mismatch', 'landmark']);
  t.same(await open(({ detect }) => (detect.outputs[0] = 'marks')), ['face.model-mismatch', 'detect']);
  t.same(await open(({ feature }) => (feature.input.channels = 'gray')), ['face.model-mismatch', 'feature']);
  t.same(await open(({ feature }) => (feature.file = 'fr_eye.onnx')), ['face.model-mismatch', 'feature']);
  t.same(await open(({ detect }) => detect.outputs.reverse()), ['face.model-mismatch', 'detect']);
  t.same(await open(({ pose }) => pose.outputs.pop()), ['face.model-mismatch', 'pose']);
  t.same(await open(({ eye, landmark }) => Object.assign(landmark, eye)), ['face.model-mismatch', 'landmark']);
  t.same(await open(({ feature }) => (feature.alignment = 'eyes only')), ['face.model-altered', 'manifest.json']);
  t.same(await open(({ feature }) => (feature.file = 'other.onnx')), ['face.model-missing', 'other.onnx']);
});

interface Entry {
  file: string;
  outputs: string[];
  input: { width: number; channels: string };
  alignment?: string;
}

interface Manifest {
  sets: { faceplugin: { models: Record<'detect' | 'landmark' | 'feature' | 'pose' | 'eye', Entry> } };
}

test('a manifest that is missing, broken or lacks the set says so', (t) => {
  const dir = t.testdir();
  t.throws(() => readModelSet(dir), { code: 'face.model-missing', detail: 'manifest.json' });
  writeFileSync(join(dir, 'manifest.json'), '{"sets":{}}');
  t.throws(() => readModelSet(dir), { code: 'face.model-altered', detail: 'manifest.json' });
  t.throws(() => readModelSet(modelsDir, 'nobody'), { code: 'face.model-missing', detail: /nobody/ });
  t.end();
});
