// @ts-check
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { orExplain, rootDir, setUp } from './setup.mjs';

/** What must find nothing, each with what mends it. */
const checks = [
  {
    tool: 'eslint/bin/eslint.js',
    args: ['--max-warnings=0', 'src', 'drivers', 'test'],
    mend: 'npx eslint shows it again',
  },
  { tool: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level=warn', '.'], mend: 'npm run format' },
  { tool: 'typescript/bin/tsc', args: ['-p', 'src/setup/jsconfig.json'], mend: 'types of src/setup' },
];

await orExplain(() => setUp({ quiet: true }));

let failed = false;
for (const { tool, args, mend } of checks) {
  const { status } = spawnSync(process.execPath, [join('node_modules', tool), ...args], {
    cwd: rootDir,
    stdio: 'inherit',
  });
  if (status === 0) continue;
  failed = true;
  console.log(`lint: ${tool.split('/')[0]} found something (${mend})`);
}
if (!failed) console.log('lint: nothing found');
process.exitCode = failed ? 1 : 0;
