import { test } from 'tap';
import { killAll } from './secure.js';

/** Full form of secure.test.ts. */
const kills = Number(process.argv[2] ?? 100);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);

for (const mqtt of ['5', '3.1.1'] as const)
  test(`${kills} times kill -9 of kiosk, carrier and broker, MQTT ${mqtt}, seed ${seed}`, (t) =>
    killAll(t, mqtt, kills, seed));
