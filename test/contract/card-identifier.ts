import type { Test } from 'tap';
import type { CardIdentifier } from '../../src/contracts/card-identifier.js';
import { faultIs } from '../support/device-state.js';

/** An identifier above a transport, and a hand that lays cards there. */
export interface CardIdentifierBench {
  readonly identifier: CardIdentifier;
  /** Brings the next card into the transport. @returns its ICCID */
  readonly stage: () => Promise<string>;
  /** Clears the transport. */
  readonly remove: () => Promise<void>;
}

/** One that reads the cards themselves, over a line that may be lost. */
export interface CardReaderBench extends CardIdentifierBench {
  /** Whether cards can be read: yes, not at all, or only as something that is no ICCID. */
  readonly legible: (how: 'yes' | 'no' | 'garbled') => void;
  readonly unplug: () => Promise<void>;
  readonly plugIn: () => void;
}

const NEVER = new AbortController().signal;

type OpenBench<Bench> = (t: Test, options: { readonly timeoutMs: number }) => Promise<Bench>;
type Run<Bench> = (title: string, run: (t: Test, bench: Bench) => Promise<void>, timeoutMs?: number) => void;

function runner<Bench extends CardIdentifierBench>(t: Test, name: string, openBench: OpenBench<Bench>): Run<Bench> {
  return (title, run, timeoutMs = 5_000) => {
    void t.test(`${name}: ${title}`, async (t) => {
      const bench = await openBench(t, { timeoutMs });
      await faultIs(bench.identifier, undefined);
      await run(t, bench);
    });
  };
}

/** What every card identifier promises (`src/contracts/card-identifier.ts`). */
export function cardIdentifierContract(t: Test, name: string, openBench: OpenBench<CardIdentifierBench>): void {
  const test = runner(t, name, openBench);

  test('says which card came, whether it is asked before or after', async (t, { identifier, stage, remove }) => {
    identifier.expect();
    const early = identifier.identify(NEVER);
    const first = await stage();
    t.equal(await early, first);
    t.equal(await identifier.identify(NEVER), first, 'and says it again');
    await remove();
    identifier.expect();
    const second = await stage();
    t.not(second, first);
    t.equal(await identifier.identify(NEVER), second);
  });

  test('stops listening when aborted, with the reason given', async (t, { identifier }) => {
    const abort = new AbortController();
    const identified = identifier.identify(abort.signal);
    const reason = new Error('customer left');
    abort.abort(reason);
    t.equal(await identified.catch((error: unknown) => error), reason);
    t.equal(await identifier.identify(abort.signal).catch((error: unknown) => error), reason);
  });

  test('rejects what is in progress when it is closed, at any time', async (t, { identifier }) => {
    const refused = t.rejects(identifier.identify(NEVER), { code: 'card.identifier-offline' });
    await identifier.close();
    await refused;
    await identifier.close();
    await t.rejects(identifier.identify(NEVER), { code: 'card.identifier-offline' });
  });
}

/** What those that read the cards promise besides. */
export function cardReaderContract(t: Test, name: string, openBench: OpenBench<CardReaderBench>): void {
  cardIdentifierContract(t, name, openBench);
  const test = runner(t, name, openBench);

  test(
    'does not count a card that it read before it was told to expect one',
    async (t, { identifier, stage, remove }) => {
      const first = await stage();
      t.equal(await identifier.identify(NEVER), first);
      await remove();
      identifier.expect();
      await t.rejects(identifier.identify(NEVER), { code: 'card.unreadable' });
    },
    300,
  );

  test(
    'calls a card unreadable that says nothing, or no ICCID, in time',
    async (t, { identifier, stage, legible }) => {
      legible('garbled');
      identifier.expect();
      await stage();
      await t.rejects(identifier.identify(NEVER), { code: 'card.unreadable' });
      legible('no');
      await t.rejects(identifier.identify(NEVER), { code: 'card.unreadable' });
      t.equal(identifier.fault(), undefined, 'that is no fault of the device');
    },
    300,
  );

  test('hears the right card after something else', async (t, { identifier, stage, legible }) => {
    legible('garbled');
    identifier.expect();
    const iccid = await stage();
    legible('yes');
    t.equal(await identifier.identify(NEVER), iccid);
  });

  test('is offline when it is unplugged, and comes back by itself', async (t, bench) => {
    const { identifier } = bench;
    identifier.expect();
    const refused = t.rejects(identifier.identify(NEVER), { code: 'card.identifier-offline' });
    await bench.unplug();
    await refused;
    t.equal(identifier.fault(), 'card.identifier-offline');
    await t.rejects(identifier.identify(NEVER), { code: 'card.identifier-offline' });
    bench.plugIn();
    await faultIs(identifier, undefined);
    identifier.expect();
    const iccid = await bench.stage();
    t.equal(await identifier.identify(NEVER), iccid);
  });
}
