import { test } from 'tap';
import { attackCarrier } from './carrier.js';
import { attackKiosk } from './kiosk.js';

/** Full form of hostile.test.ts, which is `npm run test:hostile -- [messages]`. */
const [messages = 200_000] = process.argv.slice(2).map(Number);

test(`${messages} hostile messages to a carrier`, (t) => attackCarrier(t, messages));

test(`${messages} hostile messages to a kiosk`, (t) => attackKiosk(t, messages));
