import { runAsRoot } from './commands.js';

/** Makes an ext4 image out of a folder, without mounting anything. The file is sparse. */
export async function makeDisk(
  image: string,
  options: { from: string; label: string; megabytes: number },
): Promise<void> {
  const { from, label, megabytes } = options;
  await runAsRoot('mke2fs', ['-q', '-t', 'ext4', '-L', label, '-d', from, image, `${megabytes}M`]);
  await runAsRoot('chmod', ['a+rw', image]);
}
