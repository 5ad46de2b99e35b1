import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Tf } from './value.js';

const require = createRequire(import.meta.url);

/** In variables, so that the compiler does not ask for a package that only some operators install. */
const NATIVE = '@tensorflow/tfjs-node';
const WASM = '@tensorflow/tfjs-backend-wasm';

/**
 * TensorFlow.js with the fastest backend that is installed: the native one of `@tensorflow/tfjs-node` if an operator has
 * installed it, else WebAssembly, from files of the package.
 */
export async function loadTensorFlow(): Promise<Tf> {
  const native = await import(NATIVE).then(
    (tf: Tf & { readonly default?: Tf }) => tf.default ?? tf,
    () => undefined,
  );
  if (native) {
    await native.ready();
    return native;
  }
  const tf = await import('@tensorflow/tfjs-core');
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${join(dirname(require.resolve(`${WASM}/package.json`)), 'wasm-out')}/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend does not start');
  await tf.ready();
  return tf;
}
