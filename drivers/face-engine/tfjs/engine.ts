import type { FaceEngine, FaceModel, Tensor } from '../../../src/contracts/face-engine.js';
import { KioskError } from '../../../src/errors.js';
import { loadModels, usesOf } from '../../../src/face/models.js';
import { finite } from '../finite.js';
import { firstRun } from '../first-run.js';
import { readOnnx } from '../onnx-file/read.js';
import type { EngineOptions } from '../options.js';
import { loadTensorFlow } from './backend.js';
import { Network } from './network.js';
import type { TfTensor } from './value.js';

/** The networks on TensorFlow.js: the same files, their operators mapped one by one. */
export async function createTfjsEngine({ set, networks: wanted }: EngineOptions): Promise<FaceEngine> {
  const models = await loadModels(set, wanted);
  const tf = await loadTensorFlow().catch((cause: unknown) => {
    throw new KioskError('face.engine-failed', 'TensorFlow.js cannot be loaded', { cause });
  });
  const networks = new Map<FaceModel, Network>();

  const run = async (model: FaceModel, { data, dims }: Tensor): Promise<readonly Tensor[]> => {
    const network = networks.get(model);
    if (!network) throw new KioskError('face.engine-failed', `${model} is not open`);
    let made: TfTensor[] = [];
    try {
      made = tf.tidy(() => network.run(tf.tensor(data, [...dims], 'float32')));
      const outputs: Tensor[] = [];
      for (const tensor of made) outputs.push({ data: Float32Array.from(await tensor.data()), dims: tensor.shape });
      return finite(model, outputs);
    } catch (error) {
      if (error instanceof KioskError) throw error;
      throw new KioskError('face.engine-failed', model, { cause: error });
    } finally {
      for (const tensor of made) tensor.dispose();
    }
  };

  for (const [model, { bytes, input, outputs, use }] of models) {
    try {
      networks.set(model, new Network(tf, readOnnx(bytes), input, outputs));
    } catch (error) {
      throw new KioskError('face.engine-failed', `${model}: ${String(error)}`, { cause: error });
    }
    await firstRun(run, model, use);
  }

  return {
    models: new Set(models.keys()),
    uses: usesOf(set),
    run,
    close() {
      for (const network of networks.values()) network.close();
      networks.clear();
      return Promise.resolve();
    },
  };
}
