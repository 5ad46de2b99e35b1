import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { rootDir } from '../../src/lib/paths.js';
import { cached } from './cache.js';
import { makeDisk } from './disk.js';

const PROGRAM_MB = 400;
const PACKAGES_MB = 2_000;
/** The program's packages are on a disk of their own, and those of benchmarks are not needed. */
const filter = (path: string): boolean => basename(path) !== 'node_modules';

/** The disk with node_modules, made again when the lock file changes. */
export async function packagesDisk(): Promise<string> {
  const lock = await readFile(join(rootDir, 'package-lock.json'));
  const folder = await cached('packages', lock, (folder) =>
    makeDisk(join(folder, 'disk.img'), {
      from: join(rootDir, 'node_modules'),
      label: 'packages',
      megabytes: PACKAGES_MB,
    }),
  );
  return join(folder, 'disk.img');
}

/** The disk with the checkout as it is now, and the list of tests to run. */
export async function programDisk(folder: string, tests: readonly string[]): Promise<string> {
  const stage = join(folder, 'checkout');
  await mkdir(join(stage, 'node_modules'), { recursive: true });
  for (const name of await readdir(rootDir)) {
    // What begins with a dot is what tools keep for themselves.
    if (!name.startsWith('.')) await cp(join(rootDir, name), join(stage, name), { recursive: true, filter });
  }
  await writeFile(join(stage, 'guest-tests.json'), JSON.stringify(tests));
  const image = join(folder, 'program.img');
  await makeDisk(image, { from: stage, label: 'program', megabytes: PROGRAM_MB });
  return image;
}
