import { randomUUID } from 'node:crypto';
import { test } from 'tap';
import { parseJson } from '../../src/fleet/messages.js';
import { Telemetry } from '../../src/fleet/monitors.js';
import { TelemetryRing } from '../../src/kiosk/telemetry.js';

test('measurements wait for the carrier, in bounds: the oldest give way', (t) => {
  const ring = new TelemetryRing();
  const on = { session: 3, epoch: randomUUID() };
  for (let minute = 1; minute <= 100; minute += 1) ring.add({ stock: minute }, minute * 60_000);
  const told = ring.drain(on).map((payload) => Telemetry.parse(parseJson(payload)));
  t.same(
    told.map(({ measured }) => measured.stock),
    Array.from({ length: 60 }, (_, index) => 41 + index),
  );
  t.match(told[0], { ...on, number: 41, at: '1970-01-01T00:41:00.000Z' });
  t.same(ring.drain(on), [], 'each is told once');
  ring.add({}, 0);
  t.match(
    ring.drain(on).map((payload) => Telemetry.parse(parseJson(payload))),
    [{ number: 101 }],
  );
  t.end();
});
