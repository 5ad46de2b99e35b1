import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Manifest {
  readonly defaultSet: string;
  readonly sets: Readonly<Record<string, { models: Record<string, { readonly file: string }> }>>;
}

/** Makes a folder of models with those networks of the default set that are kept. */
export async function modelFolder(
  from: string,
  folder: string,
  keeps: (network: string) => boolean = () => true,
): Promise<void> {
  const manifest = JSON.parse(await readFile(join(from, 'manifest.json'), 'utf8')) as Manifest;
  const set = manifest.sets[manifest.defaultSet];
  if (!set) throw new Error('the manifest has no default set');
  set.models = Object.fromEntries(Object.entries(set.models).filter(([network]) => keeps(network)));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  for (const { file } of Object.values(set.models)) await symlink(join(from, file), join(folder, file));
}
