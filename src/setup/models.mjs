// @ts-check
import { isDeepStrictEqual } from 'node:util';
import { fetchPackage } from './fetch-package.mjs';
import { SetUpFailure } from './failure.mjs';
import { readManifest, specOf } from './manifest.mjs';
import { readStamp, recognise, remember, writeStamp } from './model-stamp.mjs';
import { checked, inTemporary, place, sourceOf } from './place-model.mjs';
import { megabytes } from './report.mjs';

/** @typedef {import('./model-stamp.mjs').Entry} Entry */

/**
 * What the manifest names, what of it is there, and what has to be fetched, by package.
 * @type {(modelsDir: string) => Promise<{ known: Stamp, stamp: Stamp, missing: Map<string | undefined, Entry[]> }>}
 * @typedef {Record<string, import('./model-stamp.mjs').Known>} Stamp
 */
async function survey(modelsDir) {
  const manifest = await readManifest(modelsDir);
  const known = await readStamp(modelsDir);
  /** @type {Stamp} */
  const stamp = {};
  /** @type {Map<string | undefined, Entry[]>} */
  const missing = new Map();
  for (const entry of [...manifest.files, ...manifest.cast]) {
    const right = await recognise(modelsDir, entry, known[entry.file]);
    const spec = specOf(manifest, entry);
    if (right) stamp[entry.file] = right;
    else missing.set(spec, [...(missing.get(spec) ?? []), entry]);
  }
  return { known, stamp, missing };
}

/** In whatever order the files were looked at. @type {(a: Stamp, b: Stamp) => boolean} */
const same = (a, b) => isDeepStrictEqual(a, b);

/**
 * Whether every file is there and unchanged since set-up last looked at it.
 * @type {(modelsDir: string) => Promise<boolean>}
 */
export async function modelsAreRight(modelsDir) {
  const { known, stamp, missing } = await survey(modelsDir);
  return missing.size === 0 && same(known, stamp);
}

/**
 * Brings every file that models/manifest.json names into the folder, each checked before it takes its place.
 * @param {string} modelsDir
 * @param {import('./report.mjs').Report} report
 * @param {import('./fetch-package.mjs').FetchPackage} [fetch]
 * @returns {Promise<boolean>} whether something was fetched
 * @throws {SetUpFailure} a file that is not the one the manifest names; what was there before is untouched
 */
export async function ensureModels(modelsDir, report, fetch = fetchPackage) {
  const { known, stamp, missing } = await survey(modelsDir);
  const done = report.begin('models');
  const total = [...missing.values()].flat().length;
  let placed = 0;
  try {
    for (const [spec, entries] of missing) {
      if (spec === undefined) throw notThere(entries);
      report.line(`models: fetching ${entries.length} files of ${spec}`);
      await inTemporary(modelsDir, async (folder) => {
        await fetch(spec, entries.map(sourceOf), folder);
        for (const entry of entries) {
          await place(modelsDir, entry, await checked(folder, entry));
          const now = await remember(modelsDir, entry);
          stamp[entry.file] = now;
          report.line(`models ${++placed}/${total} ${entry.file} ${megabytes(now.bytes)}`);
        }
      });
    }
  } finally {
    if (!same(known, stamp)) await writeStamp(modelsDir, stamp);
  }
  if (total > 0) done(`${total} files checked and in place`);
  return total > 0;
}

/** @type {(entries: Entry[]) => SetUpFailure} */
function notThere(entries) {
  const files = entries.map(({ file, sha256 }) => `models/${file} (SHA-256 ${sha256})`).join(', ');
  return new SetUpFailure(
    `${files} missing or different, and the manifest names no package to fetch from: put it there.`,
  );
}
