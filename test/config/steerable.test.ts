import { test } from 'tap';
import fc from 'fast-check';
import { parseConfig } from '../../src/config/load.js';
import { steerable, steered } from '../../src/config/steerable.js';
import { virtualConfig } from '../../src/cli/virtual-config.js';
import { codeOf } from '../../src/errors.js';
import { hashOf } from '../../src/fleet/configuration.js';
import { CARRIER_KEY, CARRIER_SIGNING_KEY } from '../support/signed.js';

const file = parseConfig(
  virtualConfig({
    ...{ pace: 'fast', brokerUrl: 'mqtt://127.0.0.1', emulator: '/tmp/e' },
    ...{ carrierKey: CARRIER_KEY, carrierSigningKey: CARRIER_SIGNING_KEY },
  }),
  'test',
);

/** The value that stands at a key. */
const at = (config: object, key: string): unknown =>
  key.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], config);

test('every key of the table is one of the configuration: its own value fits, nonsense is refused by its name', (t) => {
  const samples: Readonly<Record<string, unknown>> = { consent: { version: '1', text: 'Yes?' } };
  for (const key of Object.keys(steerable)) {
    const value = samples[key] ?? at(file, key) ?? 60_000;
    t.same(at(steered(file, { [key]: value }), key), value, key);
    t.throws(
      () => steered(file, { [key]: { nonsense: [] } }),
      { code: 'config.invalid', detail: new RegExp(key.split('.').at(-1) ?? '') },
      key,
    );
  }
  t.end();
});

test('nothing that the kiosk is made of, whom it believes, or how sure it must be can be set from afar', (t) => {
  for (const key of [
    'broker',
    'carrier',
    'signingKey',
    'kiosk',
    'face',
    'face.challenge',
    'face.set',
    'gpio',
    'camera',
  ])
    t.throws(() => steered(file, { [key]: 1 }), { code: 'config.not-steerable', detail: key });
  for (const key of ['toString', '__proto__', 'constructor.name'])
    t.throws(() => steered(file, { [key]: 1 }), { code: 'config.not-steerable' }, key);
  t.throws(() => steered(file, { 'deadlinesMs.staging': 1 }), { code: 'config.invalid' }, 'checked as a whole');
  t.same(steered(file, {}), file);
  t.end();
});

test('whatever settings come, they are taken whole or refused with a code, and the file stays as it is', (t) => {
  const before = JSON.stringify(file);
  const key = fc.oneof(fc.constantFrom(...Object.keys(steerable)), fc.string());
  const property = fc.property(fc.dictionary(key, fc.jsonValue(), { maxKeys: 4 }), (settings) => {
    try {
      const taken = steered(file, settings);
      return Object.keys(settings).every((name) => at(taken, name) !== undefined) && JSON.stringify(file) === before;
    } catch (error) {
      return codeOf(error).startsWith('config.') && JSON.stringify(file) === before;
    }
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }));
  t.end();
});

test('the hash of settings is that of their meaning, not of the order of their names', (t) => {
  const settings = { b: { y: [1, { d: 1, c: 2 }], x: null }, a: 'text' };
  t.equal(hashOf(settings), hashOf({ a: 'text', b: { x: null, y: [1, { c: 2, d: 1 }] } }));
  t.not(hashOf(settings), hashOf({ ...settings, a: 'other' }));
  t.equal(hashOf({}), '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', 'SHA-256 of {}');
  t.end();
});
