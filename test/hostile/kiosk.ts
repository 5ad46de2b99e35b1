import { randomBytes, randomUUID } from 'node:crypto';
import { CompactSign, generateKeyPair, type CompactJWSHeaderParameters } from 'jose';
import { connectAsync } from 'mqtt';
import type { Test } from 'tap';
import { startBroker } from '../../drivers/broker/aedes.js';
import { VIRTUAL_KIOSK } from '../../src/cli/virtual-config.js';
import { parseJson } from '../../src/fleet/messages.js';
import { MAX_MESSAGE } from '../../src/contracts/link.js';
import { centralTopics, kioskTopics } from '../../src/fleet/topics.js';
import { Bench } from '../support/bench.js';
import { holder } from '../support/cast.js';
import { residentMb } from '../support/memory.js';
import { saidBy } from '../support/signed.js';

const BATCH = 250;
/** So much of the attack, then its memory is what it needs for it, and stays so. */
const WARM_UP = 0.25;
/** A heap that is collected lazily; to keep what comes would take ten times as much in the full form. */
const GROWTH_MB = 120;

/** The header of a signed message: with the nonce of the kiosk's connection, which whoever listens can read. */
const headerOf = (message: string): CompactJWSHeaderParameters =>
  JSON.parse(Buffer.from(message.split('.')[0] ?? '', 'base64url').toString()) as CompactJWSHeaderParameters;

/**
 * Whoever rules the broker hears all that a kiosk and its carrier say, and sends the kiosk forged, replayed, misdirected,
 * oversized and malformed messages: no card leaves for them, memory stays, and afterwards it sells.
 */
export async function attackKiosk(t: Test, messages: number): Promise<void> {
  const broker = await startBroker();
  const bench = await Bench.start(t, { visitors: [holder(1)], cards: 5, broker: broker.url });
  const attacker = await connectAsync(broker.url, { protocolVersion: 4 });
  t.teardown(async () => {
    await attacker.endAsync(true);
    await broker.close();
  });
  const thief = await generateKeyPair('EdDSA');
  const topics = Object.values(kioskTopics(VIRTUAL_KIOSK));
  const down: readonly string[] = [...topics.filter((topic) => topic.includes('/down/')), centralTopics.state];
  const genuine: { readonly topic: string; readonly message: string }[] = [];
  let [transaction, epoch, nonce] = [randomUUID() as string, randomUUID() as string, ''];
  let own = true;
  attacker.on('message', (topic, payload) => {
    const message = payload.toString();
    if (down.includes(topic)) {
      if (!own) return;
      genuine.push({ topic, message });
      nonce = (headerOf(message)['nonce'] as string | undefined) ?? nonce;
      return;
    }
    const said = parseJson(saidBy(message)) as { data?: { transaction?: string }; epoch?: string } | undefined;
    transaction = said?.data?.transaction ?? transaction;
    epoch = said?.epoch ?? epoch;
  });
  await attacker.subscribeAsync('sk/v1/#', { qos: 1 });
  await bench.idle();
  t.equal(await bench.visit(), 'sold');
  await bench.settled();
  own = false;

  /** As the carrier would have said it, its key named, but signed by another. */
  const forged = (topic: string, said: object): Promise<string> =>
    new CompactSign(Buffer.from(JSON.stringify(said)))
      .setProtectedHeader({ ...headerOf(genuine[0]?.message ?? ''), topic, nonce })
      .sign(thief.privateKey);
  const deep = Buffer.from('['.repeat(30_000)).toString('base64url');
  const any = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
  const kinds: readonly ((topic: string, index: number) => Promise<string> | string)[] = [
    (topic) => forged(topic, { ask: 'sale.authorise', transaction, decision: 'approved', approval: 'x' }),
    (topic) => forged(topic, { ask: 'sale.bind', transaction, decision: 'approved', approval: 'x' }),
    (topic) => forged(topic, { epoch, upTo: 1_000_000 }),
    (topic) => forged(topic, { online: false, session: 1_000_000 }),
    (_, index) => any(genuine, index).message,
    (_, index) => `${any(genuine, index).message.slice(0, -9)}AAAAAAAAA`,
    () => `${deep}.${deep}.AAAA`,
    () => 'x'.repeat(MAX_MESSAGE + 1),
    () => randomBytes(200).toString('latin1'),
    () => '',
  ];
  let sent = 0;
  const attack = async (until: number): Promise<void> => {
    for (; sent < until; sent += BATCH) {
      const batch = Array.from({ length: BATCH }, async (_, index) => {
        const topic = any(down, sent + Math.floor(index / kinds.length));
        await attacker.publishAsync(topic, (await kinds[index % kinds.length]?.(topic, sent + index)) ?? '', {
          qos: 1,
        });
      });
      await Promise.all(batch);
    }
  };
  await attack(WARM_UP * messages);
  bench.world.carrier.setPolicy('silent');
  await bench.idle();
  const before = [residentMb(bench.run.pid), residentMb(bench.link.pid)] as const;
  const [refused] = await Promise.all([bench.visit(), attack(messages)]);
  t.match(refused, /^refused-carrier carrier\.no-answer/, 'the carrier was silent: nobody can approve in its place');
  for (const [index, pid] of [bench.run.pid, bench.link.pid].entries()) {
    const grown = residentMb(pid) - (before[index] ?? NaN);
    t.ok(grown < GROWTH_MB, `memory grew by ${grown.toFixed(0)} MB`);
  }
  bench.world.carrier.setPolicy('rules');
  await bench.idle();
  t.equal(await bench.visit(), 'sold', 'then it sells');
  t.match(await bench.settled(), { consistent: true, cards: { taken: 2 }, carrier: { active: 2 } });
}
