import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Manifest {
  readonly defaultSet: string;
  readonly sets: Readonly<Record<string, { models: Record<string, { readonly file: string }> }>>;
}

interface Changes {
  /** Which networks stay; left out: all of them. */
  readonly keeps?: (network: string) => boolean;
  /** Views of a still picture; left out: as many as the set says. */
  readonly stillViews?: number;
}

/** Makes a folder of models with the default set, changed. */
export async function modelFolder(
  from: string,
  folder: string,
  { keeps = () => true, stillViews }: Changes = {},
): Promise<void> {
  const manifest = JSON.parse(await readFile(join(from, 'manifest.json'), 'utf8')) as Manifest;
  const set = manifest.sets[manifest.defaultSet];
  if (!set) throw new Error('the manifest has no default set');
  set.models = Object.fromEntries(Object.entries(set.models).filter(([network]) => keeps(network)));
  if (stillViews !== undefined) Object.assign(set.models['feature'] ?? {}, { stillViews });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  for (const { file } of Object.values(set.models)) await symlink(join(from, file), join(folder, file));
}
