import type { FaceEngine, FaceEngineName } from '../../src/contracts/face-engine.js';
import type { EngineOptions } from './options.js';

/** The engine of a configuration; only its library is loaded. */
export async function createFaceEngine(name: FaceEngineName, options: EngineOptions): Promise<FaceEngine> {
  switch (name) {
    case 'onnx':
      return (await import('./onnx.js')).createOnnxEngine(options);
    case 'tfjs':
      return (await import('./tfjs/engine.js')).createTfjsEngine(options);
  }
}
