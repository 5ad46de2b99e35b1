import { test } from 'tap';
import { loadBroker } from '../../src/link/load-broker.js';

const broker = { url: 'mqtt://127.0.0.1:1', mqtt: 'auto', reconnectMs: { first: 0, longest: 0 } } as const;

test('a password without the name that belongs to it is said to be so, wherever it is from', async (t) => {
  const wrong = { code: 'config.invalid', detail: /broker\.username/ };
  await t.rejects(loadBroker({ broker: { ...broker, password: 'open sesame' } }), wrong);
  const before = process.env['CREDENTIALS_DIRECTORY'];
  t.teardown(() => {
    if (before === undefined) delete process.env['CREDENTIALS_DIRECTORY'];
    else process.env['CREDENTIALS_DIRECTORY'] = before;
  });
  process.env['CREDENTIALS_DIRECTORY'] = t.testdir({ 'broker-password': 'open sesame\n' });
  await t.rejects(loadBroker({ broker }), wrong);
  t.match(await loadBroker({ broker: { ...broker, username: 'kiosk-1' } }), { password: 'open sesame' });
});
