import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(from: string): string {
  const parent = dirname(from);
  return existsSync(join(from, 'package.json')) || parent === from ? from : findRoot(parent);
}

/** The checkout or installation: the folder that holds package.json and models/. */
export const rootDir = findRoot(dirname(fileURLToPath(import.meta.url)));
export const modelsDir = join(rootDir, 'models');

const manifest = createRequire(import.meta.url)(join(rootDir, 'package.json')) as { readonly version: string };
export const { version } = manifest;
