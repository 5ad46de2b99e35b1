// @ts-check
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from '../../../src/setup/files.mjs';
import { SetUpFailure } from '../../../src/setup/failure.mjs';
import { orExplain, setUp } from '../../../src/setup/setup.mjs';

/** `npm run bench:face`: installs the peers, which nothing else needs, and measures them and simkiosk in one run. */
const here = fileURLToPath(new URL('.', import.meta.url));

async function installPeers() {
  const wanted = (await readJson(join(here, 'package-lock.json')))?.packages ?? {};
  const found = (await readJson(join(here, 'node_modules/.package-lock.json')))?.packages ?? {};
  const there = Object.entries(wanted).every(([path, { integrity }]) => !path || found[path]?.integrity === integrity);
  if (there) return;
  process.stderr.write('installing @vladmandic/face-api and @vladmandic/human (about 370 MB, without their scripts)\n');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const { status } = spawnSync('npm', args, { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new SetUpFailure('npm ci failed: this needs the npm registry.');
}

await orExplain(async () => {
  await setUp({ quiet: true });
  await installPeers();
});
const { versus } = await import('../../../dist/test/bench/face-versus.js');
await versus(here, process.argv.slice(2));
