import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { loadModels, loadModelSet } from '../../src/face/manifest.js';
import { modelsDir } from '../../src/lib/paths.js';

test('the shipped models are the ones that the manifest names', async (t) => {
  const { models } = await loadModelSet(modelsDir);
  t.same([...(await loadModels(modelsDir)).keys()], Object.keys(models));
});

test('a model file that is missing or altered is named', async (t) => {
  const dir = t.testdir();
  const { models } = await loadModelSet(modelsDir);
  await cp(join(modelsDir, 'manifest.json'), join(dir, 'manifest.json'));
  for (const { file } of Object.values(models)) await cp(join(modelsDir, file), join(dir, file));
  await t.resolves(loadModels(dir));
  await writeFile(join(dir, models.landmark.file), 'x', { flag: 'a' });
  await t.rejects(loadModels(dir), { code: 'face.model-altered', detail: models.landmark.file });
  await rm(join(dir, models.landmark.file));
  await t.rejects(loadModels(dir), { code: 'face.model-missing', detail: models.landmark.file });
});

test('a manifest that is missing, broken or lacks the set says so', async (t) => {
  const dir = t.testdir();
  await t.rejects(loadModels(dir), { code: 'face.model-missing', detail: 'manifest.json' });
  await writeFile(join(dir, 'manifest.json'), '{"sets":{}}');
  await t.rejects(loadModels(dir), { code: 'face.model-altered', detail: 'manifest.json' });
  await t.rejects(loadModels(modelsDir, 'nobody'), { code: 'face.model-missing', detail: /nobody/ });
});
