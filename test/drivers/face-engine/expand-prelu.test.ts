import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { expandPrelu } from '../../../drivers/face-engine/onnx-file/expand-prelu.js';
import { readOnnx } from '../../../drivers/face-engine/onnx-file/read.js';
import { loadTensorFlow } from '../../../drivers/face-engine/tfjs/backend.js';
import { Network } from '../../../drivers/face-engine/tfjs/network.js';
import { modelsDir } from '../../../src/lib/paths.js';

const file = (name: string): Promise<Buffer> => readFile(join(modelsDir, name));

test('a network without its PRelu computes what it computed with them', async (t) => {
  const bytes = await file('fr_liveness.onnx');
  const [before, after] = [readOnnx(bytes), readOnnx(expandPrelu(bytes))];
  t.ok(before.nodes.some(({ op }) => op === 'PRelu'));
  t.notOk(after.nodes.some(({ op }) => op === 'PRelu'));
  const tf = await loadTensorFlow();
  const picture = tf.tensor(
    Float32Array.from({ length: 3 * 128 * 128 }, (_, i) => 128 + 100 * Math.sin(i / 7)),
    [1, 3, 128, 128],
  );
  const [a, b] = [before, after].map((graph) => {
    const network = new Network(tf, graph, 'input', ['output']);
    const [output] = network.run(picture);
    network.close();
    return output?.dataSync() ?? [];
  });
  t.equal(a?.length, 3);
  a?.forEach((x, i) => t.ok(Math.abs(x - (b?.[i] ?? NaN)) < 1e-4, `${x} ${b?.[i]}`));
});

test('a file without a PRelu, or with something in it that would be lost, is left as it is', async (t) => {
  const landmark = await file('fr_landmark.onnx');
  t.equal(expandPrelu(landmark), landmark);
  // Field 99 of a later version of the format, a number.
  const later = Buffer.concat([await file('fr_liveness.onnx'), Buffer.from([0x98, 0x06, 0x01])]);
  t.equal(expandPrelu(later), later);
});
