import { ours } from '../../../dist/test/bench/face-ours.js';
import { measure } from './measure.mjs';

/** simkiosk, on the engine that the second argument names. */
await measure(() => ours(process.argv[3] === 'tfjs' ? 'tfjs' : 'onnx'));
