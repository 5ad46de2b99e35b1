import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runAsRoot } from './commands.js';

/** Path without the leading slash → content; a content that begins with `#!` is a program. */
export type Files = Readonly<Record<string, string>>;

/** Puts files that belong to root into a root file system. */
export async function putFiles(root: string, files: Files): Promise<void> {
  const own = await mkdtemp(join(tmpdir(), 'simkiosk-files-'));
  await chmod(own, 0o755);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(own, path)), { recursive: true });
    await writeFile(join(own, path), content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
  }
  await runAsRoot('cp', ['-r', '--no-preserve=ownership', `${own}/.`, root]);
  await rm(own, { recursive: true });
}
