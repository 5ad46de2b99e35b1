import '../../src/lib/no-telemetry.js';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { FaceEngine, FaceModel, Tensor } from '../../src/contracts/face-engine.js';
import { KioskError } from '../../src/errors.js';
import { type LoadedModel, loadModels } from '../../src/face/manifest.js';
import { finite } from './finite.js';

export interface EngineOptions {
  readonly modelsDir: string;
  /** Which set of `models/manifest.json`; the default one when left out. */
  readonly set?: string | undefined;
}

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
 * network three times slower (measured: 2.1, 0.3 and 55 ms with it; 5.4, 0.9 and 18 ms without).
 */
const OPTIMISATION = { detect: 'all', landmark: 'all', feature: 'extended' } as const satisfies Record<
  FaceModel,
  InferenceSession.SessionOptions['graphOptimizationLevel']
>;

const SHAPES: Readonly<Record<FaceModel, readonly number[]>> = {
  detect: [1, 3, 240, 320],
  landmark: [1, 1, 64, 64],
  feature: [1, 3, 112, 112],
};

/** The networks on ONNX Runtime's CPU provider. */
export async function createOnnxEngine({ modelsDir, set }: EngineOptions): Promise<FaceEngine> {
  const models = await loadModels(modelsDir, set);
  const sessions = new Map<FaceModel, InferenceSession>();

  const run = async (model: FaceModel, input: Tensor): Promise<readonly Tensor[]> => {
    const session = sessions.get(model);
    if (!session) throw new KioskError('face.engine-failed', `${model} is closed`);
    try {
      const { input: name, outputs } = models[model];
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

  for (const [model, loaded] of entries(models)) {
    const options = { ...SESSION, graphOptimizationLevel: OPTIMISATION[model] };
    try {
      sessions.set(model, await InferenceSession.create(loaded.bytes, options));
    } catch (error) {
      throw new KioskError('face.engine-failed', model, { cause: error });
    }
    const dims = SHAPES[model];
    await run(model, { data: new Float32Array(dims.reduce((a, b) => a * b)), dims });
  }

  return {
    run,
    async close() {
      const open = [...sessions.values()];
      sessions.clear();
      for (const session of open) await session.release();
    },
  };
}

function entries(models: Readonly<Record<FaceModel, LoadedModel>>): (readonly [FaceModel, LoadedModel])[] {
  return [
    ['detect', models.detect],
    ['landmark', models.landmark],
    ['feature', models.feature],
  ];
}

function tensorOf(name: string, value: OrtTensor | undefined): Tensor {
  if (!(value?.data instanceof Float32Array)) throw new KioskError('face.engine-failed', `no output ${name}`);
  return { data: value.data, dims: value.dims };
}
