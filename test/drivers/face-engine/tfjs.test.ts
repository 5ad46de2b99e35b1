import * as tf from '@tensorflow/tfjs-core';
import t, { test } from 'tap';
import { createTfjsEngine } from '../../../drivers/face-engine/tfjs/engine.js';
import { readModelSet } from '../../../src/face/manifest.js';
import { modelsDir } from '../../../src/lib/paths.js';
import { faceEngineContract } from '../../contract/face-engine.js';

faceEngineContract(t, 'TensorFlow.js', async (dir = modelsDir) => createTfjsEngine({ set: readModelSet(dir) }));

test('TensorFlow.js frees what a run has made, and all of a network when it is closed', async (t) => {
  const before = tf.memory().numTensors;
  const engine = await createTfjsEngine({ set: readModelSet(modelsDir) });
  const open = tf.memory().numTensors;
  const input = { data: new Float32Array(64 * 64), dims: [1, 1, 64, 64] };
  for (let i = 0; i < 3; i += 1) await engine.run('landmark', input);
  t.equal(tf.memory().numTensors, open);
  await engine.close();
  t.equal(tf.memory().numTensors, before);
});
