import t from 'tap';
import { outputs, sensors, wireUp } from '../../../drivers/card-dispenser/signals.js';
import { unitSignals } from '../../../drivers/emulator/card-dispenser/wirings.js';

void t.test('by default every motor is held, every sensor is a level, and there is no controller', (t) => {
  const { outputs: driven, inputs, pulseMs } = wireUp();
  t.match(driven, { feed: 'dispenser-feed', retain: 'dispenser-retain', enable: null, reset: null });
  t.match(inputs, { transport: 'dispenser-transport', binFull: 'dispenser-bin-full', ready: null, error: null });
  t.notOk('feed' in pulseMs);
  t.end();
});

void t.test('what is named in part keeps the rest, and what is null is not wired', (t) => {
  const { outputs: driven, inputs } = wireUp({ feed: '17', low: null, exit: { line: '4', activeLow: true } });
  t.match(driven, { feed: '17', present: 'dispenser-present' });
  t.match(inputs, { low: null, empty: 'dispenser-empty', exit: { line: '4', activeLow: true } });
  t.end();
});

void t.test('a unit as makers build it has every signal', (t) => {
  const { outputs: driven, inputs, pulseMs } = wireUp(unitSignals);
  t.ok(outputs.every((name) => driven[name] !== null));
  t.ok(sensors.every((name) => inputs[name] !== null));
  t.match(pulseMs, { feed: 250, present: 250, retain: 250, reset: 250 });
  t.end();
});

void t.test('a unit that moves by itself must have an interlock: nothing else would stop it', (t) => {
  const feed = { line: 'payout', pulseMs: 250 };
  t.throws(() => wireUp({ feed }), { code: 'config.invalid', detail: /feed is a pulse, so enable must be wired/ });
  t.doesNotThrow(() => wireUp({ feed, enable: 'enable' }));
  t.end();
});
