import '../../../dist/src/lib/small-heap.js';

/** simkiosk, on the engine that the second argument names; loaded as its face worker is, when the heap is kept small. */
const { ours } = await import('../../../dist/test/bench/face-ours.js');
const { measure } = await import('./measure.mjs');
await measure(() => ours(process.argv[3] === 'tfjs' ? 'tfjs' : 'onnx'));
