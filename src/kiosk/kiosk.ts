import type { Logger } from 'pino';
import type { PanelInput, Terms } from '../contracts/panel.js';
import { codeOf, KioskError, type ErrorCode } from '../errors.js';
import type { Consent } from '../fleet/messages.js';
import { Listeners } from '../lib/listeners.js';
import { withResolvers } from '../lib/with-resolvers.js';
import type { Found, TransactionEvent } from '../transaction/events.js';
import { isBetweenVisits, states } from '../transaction/states.js';
import { accepts, step, type Limits } from '../transaction/step.js';
import { initial, type Transaction } from '../transaction/transaction.js';
import { activities, mediaSeen, outcomeOf, type Bench } from './activities.js';
import { consentTo } from './consent.js';
import { Deadline } from './deadline.js';
import { allDevices } from './devices.js';
import { Front, type Extra } from './front.js';
import { currentFaults } from './health.js';
import { eventOf } from './inputs.js';
import { LeftCard } from './left-card.js';
import { Occupation } from './occupation.js';
import { particulars } from './particulars.js';
import { counted } from './refused-cards.js';
import { entryOf } from './step-entry.js';
import { stepFields } from './step-fields.js';
import { reportTamper } from './tamper.js';
import { Visit } from './visit.js';
import { WorkQueue } from './work-queue.js';

export interface KioskOptions {
  readonly limits: Limits;
  readonly services: readonly string[];
  readonly terms: Terms;
  readonly newTransaction: () => string;
  /** After every step, once it is committed. */
  readonly onStep?: (event: TransactionEvent, next: Transaction) => void;
  /** The journal cannot be written, or the program is wrong: nothing more may happen. */
  readonly onFatal: (error: unknown) => void;
}

const isFailure = ({ type }: TransactionEvent): boolean => type === 'device.failed' || type === 'deadline.passed';

/** A technician may try a device for minutes. */
const LONGEST_WORK_MS = 180_000;

/**
 * The loop: event → step → commit → perform → event. Events are handled one at a time, in the order they came; what an
 * activity says after its state was left is not heard any more.
 */
export class Kiosk {
  readonly #bench: Bench;
  readonly #options: KioskOptions;
  readonly #log: Logger;
  readonly #front: Front;
  readonly #queue: WorkQueue;
  readonly #deadline: Deadline;
  readonly #consent: Consent;
  #transaction: Transaction;
  #visit: Visit;
  readonly #reviewed = new Listeners();
  #faults: readonly ErrorCode[] = [];
  /** Nothing happens before it is known what the last run left in the dispenser. */
  #recovered = false;
  /** Counts state entries: an event that belongs to an earlier entry is void. */
  #entry = 0;
  readonly #activity: Occupation;
  readonly #left: LeftCard;
  #stopped = false;

  constructor(bench: Bench, options: KioskOptions) {
    this.#bench = bench;
    this.#options = options;
    this.#consent = consentTo(options.terms);
    this.#log = bench.log;
    this.#front = new Front(bench.devices);
    this.#queue = new WorkQueue(bench.clock, (error) => this.#fatal(error));
    this.#deadline = new Deadline(bench.clock);
    this.#activity = new Occupation((error) => this.#fatal(error));
    this.#left = new LeftCard(bench.clock, () => this.#checkHealth());
    this.#transaction = bench.journal.transaction() ?? initial(bench.clock.now());
    this.#visit = new Visit(undefined, bench.clock);
  }

  get state(): Transaction['state'] {
    return this.#transaction.state;
  }

  /** What stands in the way of a sale. */
  get faults(): readonly ErrorCode[] {
    return this.#faults;
  }

  /** Somebody is served, or a card is accounted for. */
  get inVisit(): boolean {
    return this.#recovered && !isBetweenVisits(this.state);
  }

  /** Each time it was looked at between visits whether a sale can be finished. */
  onReviewed(listener: () => void): () => void {
    return this.#reviewed.add(listener);
  }

  /** The work under way does not end, or a state outlasted its deadline: only a new start helps. */
  get stuck(): boolean {
    return this.#queue.stuck || this.#deadline.overdue;
  }

  /** Looks at what a crash may have left, then opens when everything is there. */
  start(): void {
    const { devices, desk, journal } = this.#bench;
    devices.panel.onInput((input) => this.#input(input));
    devices.cabinet.onInput((input) => this.#input(input));
    devices.cabinet.onDoor((open) => this.#onDoor(open));
    // Found open before anybody listened.
    if (devices.cabinet.doorOpen()) this.#onDoor(true);
    devices.dispenser.onChange(() => this.#left.tryAgain());
    for (const device of allDevices(devices)) device.onChange(() => this.#checkHealth());
    desk.onChange(() => this.#checkHealth());
    journal.onFault(() => this.#checkHealth());
    this.#queue.add(() => this.#review());
  }

  /** Ends activity and timers, motors off. The transaction stays as committed; `start` of the next run recovers it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#deadline.cancel();
    this.#left.tryAgain();
    this.#activity.abort('stopping');
    this.#front.close();
    await this.#queue.close();
    await this.#activity.ended();
    this.#visit.wipe();
  }

  /**
   * Work of a technician on the machine itself: nothing else happens meanwhile.
   * @throws `control.not-now` during a visit
   */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const alone = (): Promise<T> => {
      if (this.inVisit) throw new KioskError('control.not-now');
      return work();
    };
    const look = async (): Promise<void> => {
      this.#left.tryAgain();
      await this.#review();
    };
    return this.#inTurn(alone, look, LONGEST_WORK_MS);
  }

  /**
   * Work of a technician that a visit may be under way for: whatever happens next knows of it.
   * @throws `control.not-now` while the service is stopping
   */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(work);
  }

  /** Something outside the devices changed, such as the stock: looks again whether a sale can be finished. */
  review(): void {
    this.#checkHealth();
  }

  #inTurn<T>(work: () => Promise<T>, then?: () => Promise<void>, longestMs?: number): Promise<T> {
    const { promise, resolve, reject } = withResolvers<T>();
    if (this.#stopped) reject(new KioskError('control.not-now', 'the service is stopping'));
    this.#queue.add(async () => {
      try {
        resolve(await work());
      } catch (error) {
        reject(error);
        if (codeOf(error).startsWith('journal.')) throw error;
      }
      await then?.();
    }, longestMs);
    return promise;
  }

  #input(input: PanelInput): void {
    const entry = this.#entry;
    const { state } = this.#transaction;
    const { services, newTransaction } = this.#options;
    const event = eventOf(input, state, { services, newTransaction, numbers: this.#visit.numbers });
    if (!event || !this.#recovered || !accepts(state, event.type)) return;
    this.#queue.add(async () => {
      // A card that has come to lie in the dispenser since somebody was invited is accounted for first.
      if (event.type === 'visit.started') await this.#review();
      await this.#take(event, entry);
    });
  }

  /** An open door ends the visit, for nothing moves where hands are; outside maintenance the carrier hears of it in any case. */
  #onDoor(open: boolean): void {
    if (!open) return this.#checkHealth();
    const isTamper = !this.#bench.journal.maintenance();
    this.#queue.add(async () => {
      const reason = 'cabinet.door-open';
      const { state } = this.#transaction;
      if (isTamper) await reportTamper(this.#bench, reason, this.#transaction);
      if (this.#recovered && accepts(state, 'door.opened'))
        await this.#interrupt((found) => ({ type: 'door.opened', reason, found }), this.#entry, 'door opened');
      if (isBetweenVisits(this.state)) await this.#review();
    });
  }

  /** One event, if the state it belongs to is still the current one. */
  async #take(event: TransactionEvent, entry: number): Promise<void> {
    if (entry !== this.#entry || this.#stopped) return;
    await this.#commit(event);
    if (isBetweenVisits(this.state)) await this.#review();
  }

  async #commit(happened: TransactionEvent): Promise<void> {
    const { clock, journal, desk, locks } = this.#bench;
    const from = this.#transaction;
    if (happened.type === 'visit.started') this.#visit = new Visit(happened.transaction, clock);
    this.#visit.stopwatch.resume();
    const now = clock.now();
    const { event, kept: ofDocument, locked } = locks.heed(happened, this.#visit.pseudonym, now);
    const kept = [...ofDocument, ...counted(journal, event)];
    const taken = step(from, event, now, this.#options.limits);
    const { next } = taken;
    const machineMs = next.id === this.#visit.transaction ? this.#visit.stopwatch.machineMs() : 0;
    const { sealedHolder, mailbox } = this.#visit;
    const held = journal.inTransport();
    const context = { sealedHolder, mailbox: mailbox?.key, consent: this.#consent, machineMs, locked, held };

    this.#deadline.cancel();
    this.#activity.abort(`left ${from.state}`);
    const rows = await journal.append(entryOf({ at: now, from: from.state, event, kept }, taken, context));

    this.#transaction = next;
    this.#entry += 1;
    if (from.state === 'retaining' && isFailure(event)) this.#left.leave(next.reason);
    this.#log.info(stepFields(from, event, next, machineMs), 'step');
    desk.send(rows);
    this.#options.onStep?.(event, next);
    // The invitation waits for the review: nobody is invited to a kiosk that could not finish.
    if (next.state !== 'idle') this.#show(next.state === 'done' ? { machineMs } : {});
    this.#perform();
  }

  /** Starts what the new state does, once what the last one did has ended. */
  #perform(): void {
    const entry = this.#entry;
    const transaction = this.#transaction;
    const { activity } = states[transaction.state];
    this.#setDeadline(transaction, entry);
    this.#front.enter(transaction);
    const perform = activity && activities[activity];
    // What the customer thinks over is no time of the machine.
    if (activity && !perform) this.#visit.stopwatch.pause();
    if (!perform) return;
    this.#activity.begin(
      (signal) => outcomeOf(perform, this.#bench, this.#visit, transaction, signal, (extra) => this.#show(extra)),
      (event) => {
        if (event) this.#queue.add(() => this.#take(event, entry));
      },
    );
  }

  /** The state was just entered. */
  #setDeadline({ deadline, since, state }: Transaction, entry: number): void {
    const passed = (): Promise<void> =>
      this.#interrupt((found) => ({ type: 'deadline.passed', found }), entry, `deadline of ${state}`);
    if (deadline !== null) this.#deadline.set(deadline - since, () => this.#queue.add(passed));
  }

  /** Ends what the state does, motors off, and takes the event with what the sensors see then. */
  async #interrupt(event: (found: Found) => TransactionEvent, entry: number, why: string): Promise<void> {
    if (entry !== this.#entry) return;
    this.#activity.abort(why);
    await this.#activity.ended();
    await this.#take(event((await mediaSeen(this.#bench.devices.dispenser)) ?? 'none'), entry);
  }

  #checkHealth(): void {
    if (!this.inVisit) this.#queue.add(() => this.#review());
  }

  /** Between visits: out of service with the reasons, or open; a card that lies about is accounted for first. */
  async #review(): Promise<void> {
    if (this.inVisit) return;
    const { devices, desk, journal, clockFault, roomFault, stockFault } = this.#bench;
    const media = await mediaSeen(devices.dispenser);
    const others = [clockFault?.(), roomFault?.(), stockFault?.(), this.#left.fault];
    const faults = currentFaults(devices, desk, journal, media, others);
    if (await this.#accountFor(media)) return;
    const changed = faults.join() !== this.#faults.join();
    this.#faults = faults;
    if (!this.#recovered) {
      devices.panel.show({ state: 'out-of-service', ...(faults[0] && { reason: faults[0] }) });
    } else if (faults.length > 0) {
      // One that has just kept a card inside does not say yet why it is closed.
      if (changed || !this.#transaction.faults) await this.#commit({ type: 'health.lost', reasons: faults });
    } else if (this.#transaction.state === 'out-of-service') {
      await this.#commit({ type: 'health.restored' });
    }
    if (this.#recovered && this.#transaction.state === 'idle') this.#show({});
    desk.announce({ sellable: faults.length === 0, reasons: faults });
    this.#reviewed.emit();
  }

  /**
   * Decides by the sensors about a transaction that a crash cut off, and about a card in the transport or at the exit
   * outside a visit. Waits while the dispenser does not answer or cannot move.
   * @returns whether the kiosk is busy with it
   */
  async #accountFor(media: Found | undefined): Promise<boolean> {
    const fault = this.#bench.devices.dispenser.fault();
    if (media === undefined || fault === 'dispenser.media-jam' || fault === 'dispenser.retain-bin-full') return false;
    if (this.#left.fault) return false;
    const cut = !this.#recovered && this.#transaction.state !== 'out-of-service';
    this.#recovered = true;
    if (!cut && media === 'none' && this.#bench.journal.cards().inTransport === 0) return false;
    if (this.#transaction.state === 'idle' && !cut)
      await this.#commit({ type: 'health.lost', reasons: ['dispenser.occupied'] });
    await this.#commit({ type: 'media.checked', found: media });
    if (isBetweenVisits(this.state)) this.#queue.add(() => this.#review());
    return true;
  }

  #show(extra: Extra): void {
    const about = particulars(this.#transaction, this.#visit, this.#options.terms);
    this.#front.show(this.#transaction, about, extra);
  }

  #fatal(error: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#deadline.cancel();
    this.#left.tryAgain();
    this.#activity.abort('stopping');
    void this.#queue.close();
    this.#options.onFatal(error);
  }
}
