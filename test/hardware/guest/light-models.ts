import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPARING } from '../../../src/contracts/face-engine.js';

interface Manifest {
  readonly defaultSet: string;
  readonly sets: Readonly<Record<string, { models: Record<string, { readonly file: string }> }>>;
}

/**
 * A folder of models with those networks alone that compare faces: an emulated processor computes a hundred times slower.
 * A kiosk that has only these asks for no challenge (`face.challenge` false).
 */
export async function lightModels(from: string, folder: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(from, 'manifest.json'), 'utf8')) as Manifest;
  const set = manifest.sets[manifest.defaultSet];
  if (!set) throw new Error('the manifest has no default set');
  set.models = Object.fromEntries(
    Object.entries(set.models).filter(([name]) => COMPARING.some((each) => each === name)),
  );
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  for (const { file } of Object.values(set.models)) await symlink(join(from, file), join(folder, file));
}
