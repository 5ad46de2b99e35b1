import '../../src/lib/no-telemetry.js';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { FaceEngine, FaceModel, Tensor } from '../../src/contracts/face-engine.js';
import { KioskError } from '../../src/errors.js';
import { loadModels, usesOf } from '../../src/face/models.js';
import { finite } from './finite.js';
import { firstRun } from './first-run.js';
import { expandPrelu } from './onnx-file/expand-prelu.js';
import type { EngineOptions } from './options.js';

/**
 * One thread: the kiosk's other work keeps the other cores. Memory patterns off: 10 MB less, no slower (measured).
 * `all` has the layout for vector units (NCHWc): three times faster, as long as no operator of a network lacks it.
 */
const SESSION: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  enableCpuMemArena: true,
  enableMemPattern: false,
  graphOptimizationLevel: 'all',
};

const unwatched = <Result>(work: () => Promise<Result>): Promise<Result> => work();

interface Open {
  readonly session: InferenceSession;
  readonly name: string;
  readonly outputs: readonly string[];
}

/** The networks on ONNX Runtime's CPU provider. */
export async function createOnnxEngine(options: EngineOptions): Promise<FaceEngine> {
  const { set, networks, native = unwatched } = options;
  const models = await loadModels(set, networks);
  const ort = await native(() => import('onnxruntime-node'));
  const sessions = new Map<FaceModel, Open>();

  const run = async (model: FaceModel, input: Tensor): Promise<readonly Tensor[]> => {
    const open = sessions.get(model);
    if (!open) throw new KioskError('face.engine-failed', `${model} is not open`);
    const { session, name, outputs } = open;
    try {
      const feeds = { [name]: new ort.Tensor('float32', input.data, input.dims) };
      const answer = await native(() => session.run(feeds));
      return finite(
        model,
        outputs.map((output) => tensorOf(output, answer[output])),
      );
    } catch (error) {
      if (error instanceof KioskError) throw error;
      throw new KioskError('face.engine-failed', model, { cause: error });
    }
  };

  for (const [model, { bytes, input, outputs, use }] of models) {
    try {
      const session = await native(() => ort.InferenceSession.create(expandPrelu(bytes), SESSION));
      sessions.set(model, { session, name: input, outputs });
    } catch (error) {
      throw new KioskError('face.engine-failed', model, { cause: error });
    }
    await firstRun(run, model, use);
  }

  return {
    models: new Set(models.keys()),
    uses: usesOf(set),
    run,
    async close() {
      const open = [...sessions.values()];
      sessions.clear();
      for (const { session } of open) await native(() => session.release());
    },
  };
}

function tensorOf(name: string, value: OrtTensor | undefined): Tensor {
  if (!(value?.data instanceof Float32Array)) throw new KioskError('face.engine-failed', `no output ${name}`);
  return { data: value.data, dims: value.dims };
}
