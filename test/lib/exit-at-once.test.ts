import { spawnSync } from 'node:child_process';
import { t } from 'tap';

const PROGRAM = `
import { exitAtOnce } from '${new URL('../../src/lib/exit-at-once.js', import.meta.url).href}';
process.on('exit', () => console.log('exit'));
await exitAtOnce(7);
`;

void t.test('a process ends with its code, and nothing of it runs any more', (t) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    encoding: 'utf8',
  });
  t.same([status, stdout, stderr], [7, '', '']);
  t.end();
});
