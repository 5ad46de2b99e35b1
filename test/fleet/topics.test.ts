import fc from 'fast-check';
import { test } from 'tap';
import { centralTopics, kioskTopics, splitTopic } from '../../src/fleet/topics.js';

const kioskId = fc.stringMatching(/^[a-z0-9-]{1,64}$/);
/** Whether an MQTT filter covers a topic (MQTT 5 §4.7; `+` only, which is all that is used). */
const covers = (filter: string, topic: string): boolean => {
  const [levels, parts] = [filter.split('/'), topic.split('/')];
  return levels.length === parts.length && levels.every((level, i) => level === '+' || level === parts[i]);
};

test('the topics of a kiosk', (t) => {
  t.same(kioskTopics('kiosk-1'), {
    state: 'sk/v1/kiosk-1/up/state',
    event: 'sk/v1/kiosk-1/up/event',
    telemetry: 'sk/v1/kiosk-1/up/telemetry',
    reply: 'sk/v1/kiosk-1/up/reply',
    config: 'sk/v1/kiosk-1/up/config',
    ack: 'sk/v1/kiosk-1/down/ack',
    answer: 'sk/v1/kiosk-1/down/answer',
    command: 'sk/v1/kiosk-1/down/command',
    desired: 'sk/v1/kiosk-1/down/config',
  });
  t.end();
});

test('every topic of a kiosk is split into the kiosk and the rest', (t) => {
  const property = fc.property(kioskId, (kiosk) =>
    Object.values(kioskTopics(kiosk)).every((topic) => {
      const split = splitTopic(topic);
      return split?.kiosk === kiosk && topic === `sk/v1/${kiosk}/${split.rest}`;
    }),
  );
  t.doesNotThrow(() => fc.assert(property));
  t.same(splitTopic('sk/v1/kiosk-1/up/event'), { kiosk: 'kiosk-1', rest: 'up/event' });
  t.end();
});

test('the carrier hears what goes up, and never what it said itself', (t) => {
  const property = fc.property(kioskId, (kiosk) => {
    const { state, event, telemetry, reply, config, ...down } = kioskTopics(kiosk);
    const { allEvents, allStates, allTelemetry, allReplies, allConfigs } = centralTopics;
    const all = [allEvents, allStates, allTelemetry, allReplies, allConfigs];
    const heard = (topic: string): boolean => all.some((filter) => covers(filter, topic));
    return [state, event, telemetry, reply, config].every(heard) && !Object.values(down).some(heard);
  });
  t.doesNotThrow(() => fc.assert(property));
  t.end();
});

test('no kiosk can be named like the topic of the carrier’s presence', (t) => {
  const ownTopics = (kiosk: string): readonly string[] => Object.values(kioskTopics(kiosk));
  t.doesNotThrow(() => fc.assert(fc.property(kioskId, (kiosk) => !ownTopics(kiosk).includes(centralTopics.state))));
  t.notOk(ownTopics('central').includes(centralTopics.state));
  t.end();
});

test('a topic of somebody else is nobody’s', (t) => {
  const foreign = ['', 'sk', 'sk/v1/kiosk-1', 'sk/v1/kiosk-1/', 'sk/v2/kiosk-1/up/event', 'x/sk/v1/kiosk-1/up/event'];
  for (const topic of [...foreign, 'sk/v1/Kiosk/up/event', 'sk/v1/+/up/event', 'sk/v1//up/event', '$SYS/broker'])
    t.equal(splitTopic(topic), undefined, topic);
  t.end();
});
