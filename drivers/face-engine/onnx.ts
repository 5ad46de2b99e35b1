import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { FaceEngine, FaceModel, Tensor } from '../../src/contracts/face-engine.js';
import { KioskError } from '../../src/errors.js';
import { loadModels } from '../../src/face/manifest.js';
import { finite } from './finite.js';
import { blank } from './blank.js';
import type { EngineOptions } from './options.js';

/** One thread: the kiosk's other work keeps the other cores. Memory patterns off: 10 MB less, no slower (measured). */
const SESSION: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  enableCpuMemArena: true,
  enableMemPattern: false,
};

/**
 * `all` adds the NCHWc layout for x86 vector units: it makes detection and landmarks three times faster, and the feature
 * network three times slower (measured: 2.1, 0.3 and 55 ms with it; 5.4, 0.9 and 18 ms without). Pose, eye and liveness
 * gain a little (2.6, 0.05 and 2.9 ms with it; 3.5, 0.14 and 3.2 ms without).
 */
const OPTIMISATION = {
  detect: 'all',
  landmark: 'all',
  feature: 'extended',
  liveness: 'all',
  pose: 'all',
  eye: 'all',
} as const satisfies Record<FaceModel, InferenceSession.SessionOptions['graphOptimizationLevel']>;

/** The networks on ONNX Runtime's CPU provider. */
export async function createOnnxEngine({ modelsDir, set }: EngineOptions): Promise<FaceEngine> {
  const models = await loadModels(modelsDir, set);
  const sessions = new Map<FaceModel, InferenceSession>();

  const run = async (model: FaceModel, input: Tensor): Promise<readonly Tensor[]> => {
    const [session, loaded] = [sessions.get(model), models.get(model)];
    if (!session || !loaded) throw new KioskError('face.engine-failed', `${model} is not open`);
    try {
      const { input: name, outputs } = loaded;
      const answer = await session.run({ [name]: new OrtTensor('float32', input.data, input.dims) });
      return finite(
        model,
        outputs.map((output) => tensorOf(output, answer[output])),
      );
    } catch (error) {
      if (error instanceof KioskError) throw error;
      throw new KioskError('face.engine-failed', model, { cause: error });
    }
  };

  for (const [model, loaded] of models) {
    const options = { ...SESSION, graphOptimizationLevel: OPTIMISATION[model] };
    try {
      sessions.set(model, await InferenceSession.create(loaded.bytes, options));
    } catch (error) {
      throw new KioskError('face.engine-failed', model, { cause: error });
    }
    await run(model, blank(model));
  }

  return {
    models: new Set(models.keys()),
    run,
    async close() {
      const open = [...sessions.values()];
      sessions.clear();
      for (const session of open) await session.release();
    },
  };
}

function tensorOf(name: string, value: OrtTensor | undefined): Tensor {
  if (!(value?.data instanceof Float32Array)) throw new KioskError('face.engine-failed', `no output ${name}`);
  return { data: value.data, dims: value.dims };
}
