import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { decode, measure } from './measure.mjs';

/** `@vladmandic/face-api` on TensorFlow.js' WebAssembly backend, with the detector and the distance of its defaults. */
const require = createRequire(import.meta.url);
const folderOf = (/** @type {string} */ name) => dirname(require.resolve(`${name}/package.json`));

await measure(async () => {
  const tf = require('@tensorflow/tfjs');
  const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${join(folderOf('@tensorflow/tfjs-backend-wasm'), 'wasm-out')}/`);
  await tf.setBackend('wasm');
  await tf.ready();
  const faceapi = require('@vladmandic/face-api/dist/face-api.node-wasm.js');
  const models = join(folderOf('@vladmandic/face-api'), 'model');
  await faceapi.nets.ssdMobilenetv1.loadFromDisk(models);
  await faceapi.nets.faceLandmark68Net.loadFromDisk(models);
  await faceapi.nets.faceRecognitionNet.loadFromDisk(models);
  return {
    async describe(bytes) {
      const { data, width, height } = await decode(bytes);
      const tensor = tf.tensor3d(data, [height, width, 3], 'int32');
      const found = await faceapi.detectSingleFace(tensor).withFaceLandmarks().withFaceDescriptor();
      tensor.dispose();
      return found?.descriptor;
    },
    score: (a, b) => 1 - faceapi.euclideanDistance(a, b),
    // FaceMatcher: a distance of 0.6.
    threshold: 0.4,
  };
});
