import t, { test } from 'tap';
import { noMosquitto } from '../support/mosquitto.js';
import { killAll } from './secure.js';

t.setTimeout(230_000);

/** Short form of `TAP_TIMEOUT=7200 node dist/test/chaos/secure-often.js [kills] [seed]`. */
for (const mqtt of ['5', '3.1.1'] as const)
  test(`kiosk, carrier and broker with TLS are killed at random, MQTT ${mqtt}`, { skip: noMosquitto }, (t) =>
    killAll(t, mqtt, 6, 11),
  );
