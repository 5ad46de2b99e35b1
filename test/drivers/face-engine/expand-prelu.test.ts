import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { expandPrelu } from '../../../drivers/face-engine/onnx-file/expand-prelu.js';
import { readOnnx } from '../../../drivers/face-engine/onnx-file/read.js';
import { loadTensorFlow } from '../../../drivers/face-engine/tfjs/backend.js';
import { Network } from '../../../drivers/face-engine/tfjs/network.js';
import { modelsDir } from '../../../src/lib/paths.js';

const file = (name: string): Promise<Buffer> => readFile(join(modelsDir, name));

// Slopes of at most 1 and above it are written differently: of the second network one PRelu has both.
const NETWORKS = [
  { name: 'fr_liveness.onnx', side: 128, outputs: 3 },
  { name: 'fr_feature.onnx', side: 112, outputs: 512 },
] as const;

for (const { name, side, outputs } of NETWORKS) {
  test(`${name} without its PRelu computes what it computed with them`, async (t) => {
    const bytes = await file(name);
    const [before, after] = [readOnnx(bytes), readOnnx(expandPrelu(bytes))];
    t.ok(before.nodes.some(({ op }) => op === 'PRelu'));
    t.notOk(after.nodes.some(({ op }) => op === 'PRelu'));
    const tf = await loadTensorFlow();
    const picture = tf.tensor(
      Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i / 7)),
      [1, 3, side, side],
    );
    const [a, b] = [before, after].map((graph) => {
      const network = new Network(tf, graph, 'input', ['output']);
      const [output] = network.run(picture);
      network.close();
      return output?.dataSync() ?? [];
    });
    t.equal(a?.length, outputs);
    t.ok(a?.every((x, i) => Math.abs(x - (b?.[i] ?? NaN)) < 1e-4));
  });
}

test('a file without a PRelu, or with something in it that would be lost, is left as it is', async (t) => {
  const landmark = await file('fr_landmark.onnx');
  t.equal(expandPrelu(landmark), landmark);
  // Field 99 of a later version of the format, a number.
  const later = Buffer.concat([await file('fr_liveness.onnx'), Buffer.from([0x98, 0x06, 0x01])]);
  t.equal(expandPrelu(later), later);
});
