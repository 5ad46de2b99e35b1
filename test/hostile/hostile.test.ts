import t, { test } from 'tap';
import { attackCarrier } from './carrier.js';
import { attackKiosk } from './kiosk.js';

t.setTimeout(230_000);

/** Short form of full.ts. */
const MESSAGES = 10_000;

test('messages that no kiosk has sent have no effect on a carrier', (t) => attackCarrier(t, MESSAGES));

test('messages that no carrier has sent have no effect on a kiosk', (t) => attackKiosk(t, MESSAGES));
