import type { Test } from 'tap';
import { COMPARING, type FaceEngine, type FaceModel, type Tensor } from '../../src/contracts/face-engine.js';

const SHAPES: Readonly<Record<FaceModel, { readonly input: readonly number[]; readonly outputs: readonly number[] }>> =
  {
    detect: { input: [1, 3, 240, 320], outputs: [4420 * 2, 4420 * 4] },
    landmark: { input: [1, 1, 64, 64], outputs: [136] },
    feature: { input: [1, 3, 112, 112], outputs: [512] },
    liveness: { input: [1, 3, 128, 128], outputs: [3] },
    pose: { input: [1, 3, 224, 224], outputs: [66, 66, 66] },
    eye: { input: [1, 1, 24, 24], outputs: [2] },
  };

function input(model: FaceModel, value: (i: number) => number): Tensor {
  const dims = SHAPES[model].input;
  return { dims, data: Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => value(i)) };
}

/** What every engine promises (`src/contracts/face-engine.ts`). `open` is given a folder of models, the shipped one when left out. */
export function faceEngineContract(t: Test, name: string, open: (modelsDir?: string) => Promise<FaceEngine>): void {
  const wave = (i: number): number => Math.sin(i / 7);

  void t.test(`${name} answers every network with outputs of the right size`, async (t) => {
    const engine = await open();
    t.ok(COMPARING.every((model) => engine.models.has(model)));
    for (const model of engine.models) {
      const outputs = await engine.run(model, input(model, wave));
      t.same(
        outputs.map(({ data }) => data.length),
        SHAPES[model].outputs,
        model,
      );
    }
    await engine.close();
  });

  void t.test(`${name} gives the same answer to the same question and keeps neither`, async (t) => {
    const engine = await open();
    const question = input('feature', wave);
    const [first] = await engine.run('feature', question);
    const answer = Float32Array.from(first?.data ?? []);
    question.data.fill(0);
    first?.data.fill(0);
    const [second] = await engine.run('feature', input('feature', wave));
    t.same(second?.data, answer);
    t.ok(question.data.every((value) => value === 0));
    await engine.close();
  });

  void t.test(`${name} reports numbers that are none as a failed engine`, async (t) => {
    const engine = await open();
    await t.rejects(
      engine.run(
        'feature',
        input('feature', () => NaN),
      ),
      { code: 'face.engine-failed' },
    );
    await t.resolves(engine.run('feature', input('feature', wave)), 'and works on');
    await engine.close();
  });

  void t.test(`${name} rejects an input of the wrong shape, and every call after it was closed`, async (t) => {
    const engine = await open();
    await t.rejects(engine.run('landmark', input('feature', wave)), { code: 'face.engine-failed' });
    await engine.close();
    await engine.close();
    await t.rejects(engine.run('feature', input('feature', wave)), { code: 'face.engine-failed' });
  });

  void t.test(`${name} does not open without its files`, async (t) => {
    await t.rejects(open(t.testdir()), { code: 'face.model-missing' });
  });
}
