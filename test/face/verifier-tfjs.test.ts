import { test } from 'tap';
import { createFaceVerifier } from '../../src/face/verifier.js';
import { modelsDir } from '../../src/lib/paths.js';
import { Private } from '../../src/lib/private.js';
import { castPhotos, jpeg } from './pictures.js';

test('the worker runs on TensorFlow.js when the configuration says so', async (t) => {
  const verifier = createFaceVerifier({ modelsDir, engine: 'tfjs' });
  t.teardown(() => verifier.close());
  const [photo = Buffer.alloc(0)] = await castPhotos();
  const { faces } = await verifier.inspect(Uint8Array.from(photo));
  t.equal(faces.length, 1);
  await t.resolves(verifier.enrol(new Private(Uint8Array.from(photo))));
  await t.rejects(verifier.enrol(new Private(Uint8Array.from(await jpeg(200, 200)))), {
    code: 'document.photo-no-face',
  });
  t.equal(verifier.fault(), undefined);
});
