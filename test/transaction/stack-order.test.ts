import { test } from 'tap';
import { doubtsOrder } from '../../src/transaction/stack-order.js';

const jam = { type: 'device.failed', reason: 'dispenser.media-jam', found: 'none' } as const;

test('a card whose fate is uncertain puts the order of the stack in doubt', (t) => {
  t.ok(doubtsOrder('presented', { type: 'media.checked', found: 'none' }, 'uncertain'));
  t.notOk(doubtsOrder('retaining', { type: 'card.retained' }, 'retained'));
  t.end();
});

test('so does a card that did not come out of the stack, since somebody will look for it by hand', (t) => {
  t.ok(doubtsOrder('staging', jam, undefined));
  t.ok(doubtsOrder('staging', { type: 'deadline.passed', found: 'none' }, undefined));
  t.notOk(doubtsOrder('staging', { ...jam, found: 'transport' }, 'transport'), 'it came out after all');
  t.notOk(doubtsOrder('staging', { ...jam, reason: 'gpio.chip-missing' }, undefined));
  t.notOk(doubtsOrder('presenting', jam, undefined));
  t.end();
});
