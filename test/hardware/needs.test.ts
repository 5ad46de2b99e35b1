import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { checkNeeds, NeedMissing } from './needs.js';

test('a machine without QEMU is told what is missing and how to get it', (t) => {
  const folder = t.testdir({ debootstrap: '', mke2fs: '', flock: '' });
  for (const program of ['debootstrap', 'mke2fs', 'flock']) chmodSync(join(folder, program), 0o755);
  t.throws(() => checkNeeds([folder]), {
    constructor: NeedMissing,
    message: /needs qemu-system-x86_64: apt-get install --no-install-recommends qemu-system-x86$/,
  });
  t.end();
});
