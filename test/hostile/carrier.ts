import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import type { Test } from 'tap';
import { startBroker } from '../../drivers/broker/aedes.js';
import { startCarrier } from '../../src/carrier/carrier.js';
import { readLedger } from '../../src/carrier/read-ledger.js';
import { Ack, parseJson, writeEvent } from '../../src/fleet/messages.js';
import { MAX_MESSAGE } from '../../src/contracts/link.js';
import { kioskTopics } from '../../src/fleet/topics.js';
import { Listeners } from '../../src/lib/listeners.js';
import { holds } from '../support/device-state.js';
import { heldMb } from '../support/memory.js';
import { newSigner, saidBy } from '../support/signed.js';

const BATCH = 500;
const GROWTH_MB = 50;

/** Forged, replayed, borrowed, oversized and malformed messages to a carrier: none has an effect, and memory stays. */
export async function attackCarrier(t: Test, messages: number): Promise<void> {
  const broker = await startBroker();
  const dir = join(t.testdir(), 'carrier');
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const carrier = await startCarrier({ dir, broker: { url: broker.url } }, log);
  const attacker = await connectAsync(broker.url, { protocolVersion: 4 });
  t.teardown(async () => {
    await attacker.endAsync(true);
    await carrier.close();
    await broker.close();
  });
  const [mine, other, thief] = await Promise.all([newSigner(), newSigner(), newSigner()]);
  for (const [kiosk, signer] of [
    ['kiosk-1', mine],
    ['kiosk-2', other],
  ] as const) {
    const { kid } = signer.publicKey;
    await carrier.registry.pin(kiosk, { kid, key: signer.publicKey }, Date.now(), Date.now());
  }
  const epoch = randomUUID();
  const eventOf = (kiosk: string, seq: number): string =>
    writeEvent({
      ...{ type: 'visit.started', data: { transaction: randomUUID(), service: 'new-sim' } },
      ...{ id: randomUUID(), kiosk, time: new Date().toISOString(), epoch, seq, head: '0'.repeat(64) },
    });
  const topic = kioskTopics('kiosk-1').event;
  const acks: Ack[] = [];
  const heard = new Listeners();
  attacker.on('message', (_topic, payload) => {
    acks.push(Ack.parse(parseJson(saidBy(payload.toString()))));
    heard.emit();
  });
  await attacker.subscribeAsync(kioskTopics('kiosk-1').ack, { qos: 1 });

  const genuine = await mine.sign(eventOf('kiosk-1', 1), { topic });
  await attacker.publishAsync(topic, genuine, { qos: 1 });
  await holds(
    (look) => heard.add(look),
    () => acks.length === 1,
  );
  const changed = `${genuine.slice(0, -9)}AAAAAAAAA`;
  const deep = Buffer.from('['.repeat(30_000)).toString('base64url');
  const kinds: readonly (() => Promise<string> | string)[] = [
    () => thief.sign(eventOf('kiosk-1', 2), { topic }),
    () => other.sign(eventOf('kiosk-2', 2), { topic }),
    () => mine.sign(eventOf('kiosk-1', 2), { topic: kioskTopics('kiosk-2').event }),
    () => changed,
    () => genuine,
    () => `${deep}.${deep}.AAAA`,
    () => 'x'.repeat(MAX_MESSAGE + 1),
    () => eventOf('kiosk-1', 2),
    () => randomBytes(200).toString('latin1'),
    () => '',
  ];
  const attack = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += BATCH) {
      const batch = Array.from({ length: BATCH }, async (_, index) => {
        const message = await kinds[index % kinds.length]?.();
        await attacker.publishAsync(topic, message ?? '', { qos: 1 });
      });
      await Promise.all(batch);
    }
  };
  const refused = (): number => Object.values(carrier.refusals.counts()).reduce((sum, count) => sum + count, 0);
  const all = (count: number): Promise<void> => {
    // What is genuine is acknowledged again each time, last of all.
    const replays = count / kinds.length + 1;
    return holds(
      (look) => heard.add(look),
      () => acks.length >= replays,
    );
  };
  await attack(BATCH * 4);
  await all(BATCH * 4);
  const before = heldMb();
  await attack(messages - BATCH * 4);
  await all(messages);
  const grown = heldMb() - before;
  t.ok(grown < GROWTH_MB, `memory grew by ${grown.toFixed(0)} MB`);

  await attacker.publishAsync(topic, await mine.sign(eventOf('kiosk-1', 2), { topic }), { qos: 1 });
  await holds(
    (look) => heard.add(look),
    () => acks.some((ack) => 'upTo' in ack && ack.upTo === 2),
  );
  t.same(acks.filter((ack) => 'upTo' in ack && ack.upTo === 1).length, messages / kinds.length + 1);
  t.equal(refused(), (messages / kinds.length) * (kinds.length - 1), 'each is counted');
  t.equal(carrier.refusals.newest().length, 64, 'and the newest are kept');
  t.ok(lines.length < 100, 'the log is not flooded');
  t.same((await readLedger(dir)).kiosks, [{ kiosk: 'kiosk-1', epoch, upTo: 2 }]);
}
