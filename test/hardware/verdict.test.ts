import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { Verdict, type Finding } from './verdict.js';

const found = (file: string): Finding => ({ file, passed: 2, failed: 0, skips: [], output: '', ms: 1 });

/** What the host makes of what a guest says before it is gone. */
async function hear(t: Test, tests: readonly string[], said: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const verdict = new Verdict(tests, (finding) => findings.push(finding));
  // Not in a folder of the checkout: the name of a socket has at most 107 bytes (unix(7)).
  const folder = await mkdtemp(join(tmpdir(), 'verdict-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const socket = join(folder, 'verdict.sock');
  await verdict.listen(socket);
  const guest = createConnection(socket);
  guest.end(said).resume();
  await once(guest, 'close');
  verdict.conclude('the machine stopped');
  return findings;
}

test('what the guest found is told as it was said', async (t) => {
  const said = `${JSON.stringify(found('a'))}\n${JSON.stringify(found('b'))}\n`;
  t.same(await hear(t, ['a', 'b'], said), [found('a'), found('b')]);
});

test('a test of which the guest said nothing, or only half, has failed', async (t) => {
  const half = JSON.stringify(found('b')).slice(0, 10);
  const [a, b, c, ...more] = await hear(t, ['a', 'b', 'c'], `${JSON.stringify(found('a'))}\n${half}`);
  t.same(a, found('a'));
  t.match(b, { file: 'b', passed: 0, failed: 1, output: /the machine stopped/ });
  t.match(c, { file: 'c', passed: 0, failed: 1 });
  t.same(more, []);
});
