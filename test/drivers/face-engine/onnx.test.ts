import t from 'tap';
import { createOnnxEngine } from '../../../drivers/face-engine/onnx.js';
import { readModelSet } from '../../../src/face/manifest.js';
import { modelsDir } from '../../../src/lib/paths.js';
import { faceEngineContract } from '../../contract/face-engine.js';

faceEngineContract(t, 'ONNX Runtime', async (dir = modelsDir) => createOnnxEngine({ set: readModelSet(dir) }));
