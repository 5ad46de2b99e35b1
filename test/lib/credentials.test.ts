import { test } from 'tap';
import { credential } from '../../src/lib/credentials.js';

test('a credential is what the file says, without the line break at its end', async (t) => {
  const dir = t.testdir({ secret: 'two words\n', folder: {} });
  t.teardown(() => delete process.env['CREDENTIALS_DIRECTORY']);
  process.env['CREDENTIALS_DIRECTORY'] = dir;
  t.equal(await credential('secret'), 'two words');
  t.equal(await credential('absent'), undefined);
  await t.rejects(credential('folder'), { code: 'config.missing' });
  delete process.env['CREDENTIALS_DIRECTORY'];
  t.equal(await credential('secret'), undefined);
});
