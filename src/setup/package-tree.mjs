// @ts-check
import { chmod, copyFile, mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { filesBelow } from './files.mjs';
import { runtimeFiles } from './package-dependencies.mjs';

const PROGRAM = 'usr/lib/simkiosk';
const DOC = 'usr/share/doc/simkiosk';
const UNITS = 'usr/lib/systemd/system';

/** Files of the checkout, and where they go. */
const PLACED = [
  ['systemd/simkiosk.service', `${UNITS}/simkiosk.service`],
  ['systemd/simkiosk-link.service', `${UNITS}/simkiosk-link.service`],
  ['systemd/back-off.conf', `${UNITS}/simkiosk.service.d/10-back-off.conf`],
  ['systemd/back-off.conf', `${UNITS}/simkiosk-link.service.d/10-back-off.conf`],
  ['systemd/sysusers.conf', 'usr/lib/sysusers.d/simkiosk.conf'],
  ['systemd/tmpfiles.conf', 'usr/lib/tmpfiles.d/simkiosk.conf'],
  ['systemd/70-simkiosk.rules', 'usr/lib/udev/rules.d/70-simkiosk.rules'],
  ['systemd/safe-off', `${PROGRAM}/systemd/safe-off`],
  ['drivers/emulator/default-cast.json', `${PROGRAM}/drivers/emulator/default-cast.json`],
  ['README.md', `${DOC}/README.md`],
];

/** Folders of the checkout, where they go, and which of their files. @type {[string, string, RegExp][]} */
const FOLDERS = [
  ['dist/src', `${PROGRAM}/dist/src`, /\.js$/],
  ['dist/drivers', `${PROGRAM}/dist/drivers`, /\.js$/],
  // The photographs too: the cast of `simkiosk emulate`.
  ['models', `${PROGRAM}/models`, /\/[^.][^/]*\.(onnx|json|jpg)$/],
  ['systemd/examples', `${DOC}/examples`, /./],
];

/** Never the set-up: an installed program comes ready. */
const COMMAND = `#!/bin/sh
exec /usr/bin/node /${PROGRAM}/dist/src/cli/main.js "$@"
`;

const PROGRAMS = /^(usr\/bin\/.*|usr\/lib\/simkiosk\/systemd\/safe-off|DEBIAN\/(postinst|prerm|postrm))$/;

/**
 * Lays the files of the package under `tree`.
 * @typedef {{ root: string, tree: string, version: string, texts: Record<string, string | Uint8Array> }} Tree
 * @param {Tree} options `texts`: further files of the documentation, by name
 */
export async function layTree({ root, tree, version, texts }) {
  const place = async (/** @type {string} */ from, /** @type {string} */ to) => {
    await mkdir(dirname(join(tree, to)), { recursive: true });
    await copyFile(join(root, from), join(tree, to));
  };
  const write = async (/** @type {string} */ to, /** @type {string | Uint8Array} */ content) => {
    await mkdir(dirname(join(tree, to)), { recursive: true });
    await writeFile(join(tree, to), content);
  };
  for (const [from, to] of PLACED) await place(String(from), String(to));
  for (const [from, to, wanted] of FOLDERS)
    for (const file of await filesBelow(root, from))
      if (wanted.test(file)) await place(file, to + file.slice(from.length));
  for (const file of await runtimeFiles(root)) await place(file, `${PROGRAM}/${file}`);
  await write(`${PROGRAM}/package.json`, `${JSON.stringify({ name: 'simkiosk', version, type: 'module' })}\n`);
  await write('usr/bin/simkiosk', COMMAND);
  for (const [name, content] of Object.entries(texts)) await write(`${DOC}/${name}`, content);
}

/** Gives everything below `path` the same rights and the same time whatever its origin. @type {(tree: string, date: Date, path?: string) => Promise<void>} */
export async function settle(tree, date, path = '') {
  for (const entry of await readdir(join(tree, path), { withFileTypes: true })) {
    const inner = path ? `${path}/${entry.name}` : entry.name;
    if (entry.isDirectory()) await settle(tree, date, inner);
    else {
      await chmod(join(tree, inner), PROGRAMS.test(inner) ? 0o755 : 0o644);
      await utimes(join(tree, inner), date, date);
    }
  }
  await chmod(join(tree, path), 0o755);
  await utimes(join(tree, path), date, date);
}
