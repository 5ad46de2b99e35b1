import fc from 'fast-check';
import { test } from 'tap';
import type { Envelope } from '../../src/contracts/link.js';
import { PublishQueue } from '../../src/link/publish-queue.js';

const event = (seq: number): Envelope => ({ seq, topic: 'event', payload: `event ${seq}`, qos: 1, retain: false });
const reply = (payload: string): Envelope => ({ topic: 'reply', payload, qos: 1, retain: false });
const state = (payload: string): Envelope => ({ topic: 'state', payload, qos: 1, retain: true });
const measurement = (payload: string): Envelope => ({ topic: 'telemetry', payload, qos: 0, retain: false });

function all(queue: PublishQueue): string[] {
  const payloads: string[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) payloads.push(next.payload);
  return payloads;
}

test('events go first, in their order; measurements last', (t) => {
  const queue = new PublishQueue();
  for (const envelope of [measurement('m1'), reply('r1'), event(7), state('s1'), event(8), reply('r2')])
    queue.push(envelope);
  t.equal(queue.size, 6);
  t.same(all(queue), ['event 7', 'event 8', 'r1', 's1', 'r2', 'm1']);
  t.end();
});

test('an event that waits already does not wait twice, and of a retained topic the newest counts', (t) => {
  const queue = new PublishQueue();
  for (const envelope of [event(1), event(2), event(1), state('old'), reply('same'), reply('same'), state('new')])
    queue.push(envelope);
  t.same(all(queue), ['event 1', 'event 2', 'new', 'same', 'same']);
  t.end();
});

test('a million measurements take the room of sixty', (t) => {
  const queue = new PublishQueue();
  let dropped = 0;
  for (let number = 1; number <= 1_000_000; number += 1) if (!queue.push(measurement(String(number)))) dropped += 1;
  t.equal(queue.size, 60);
  t.equal(dropped, 999_940);
  t.equal(queue.shift()?.payload, '999941');
  t.end();
});

test('whatever comes in whatever order, every event and every reply comes out once, each kind in its order', (t) => {
  const envelope = fc.oneof(
    fc.constant('event' as const),
    fc.constant('reply' as const),
    fc.constant('measurement' as const),
    fc.constant('shift' as const),
  );
  const property = fc.property(fc.array(envelope, { maxLength: 200 }), (steps) => {
    const queue = new PublishQueue();
    const [sent, got]: [string[], string[]] = [[], []];
    for (const [index, step] of steps.entries()) {
      const next = { event: event(index + 1), reply: reply(`reply ${index}`), measurement: measurement('m') };
      if (step === 'shift') got.push(queue.shift()?.payload ?? '');
      else queue.push(next[step]);
      if (step === 'event' || step === 'reply') sent.push(next[step].payload);
    }
    got.push(...all(queue));
    const of = (kind: string) => (payload: string) => payload.startsWith(kind);
    return ['event', 'reply'].every((kind) => got.filter(of(kind)).join() === sent.filter(of(kind)).join());
  });
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});
