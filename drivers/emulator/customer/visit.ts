import type { PanelInput, Screen } from '../../../src/contracts/panel.js';
import type { ErrorCode } from '../../../src/errors.js';
import { filmed, type Performer } from '../camera/performer.js';
import type { VirtualCamera } from '../camera/virtual-camera.js';
import type { EmulatedDispenser } from '../card-dispenser/world.js';
import type { Visitor } from '../cast.js';
import { behaviours } from './behaviours.js';
import type { Props } from './props.js';
import type { CustomerScreen } from './screen.js';
import type { Tray } from './tray.js';

/** What stands in front of a customer. */
export interface Machine {
  readonly screen: CustomerScreen;
  readonly camera: VirtualCamera;
  readonly tray: Tray;
  readonly dispenser: EmulatedDispenser;
  /** What the camera sees when nobody is there. JPEG. */
  readonly emptyRoom: Uint8Array;
}

/** What the kiosk's last screen said; `undefined` when the kiosk broke down during the visit. */
export type Ending = Required<Pick<Screen, 'outcome' | 'machineMs'>> & Pick<Screen, 'reason' | 'transaction'>;

/** How it went; `turned-away`: there was no invitation in time. */
export type VisitResult =
  | { readonly kind: 'ended'; readonly ending: Ending | undefined }
  | { readonly kind: 'turned-away'; readonly reason: ErrorCode };

/** One customer, from the first touch to the last screen. Everything a person would do, as an answer to what is shown. */
export class CustomerVisit {
  readonly #machine: Machine;
  readonly #visitor: Visitor;
  readonly #props: Props;
  readonly #reactionMs: number;
  readonly #patienceMs: number;
  #tries = 0;
  #readings = 0;
  #timer: NodeJS.Timeout | undefined;
  #started = false;
  #performer: Performer | undefined;
  #prompt: string | undefined;

  /** @param pace how long this customer takes to react, and waits for an invitation. Milliseconds. */
  constructor(
    machine: Machine,
    visitor: Visitor,
    props: Props,
    pace: { readonly reactionMs: number; readonly patienceMs: number },
  ) {
    this.#machine = machine;
    this.#visitor = visitor;
    this.#props = props;
    this.#reactionMs = pace.reactionMs;
    this.#patienceMs = pace.patienceMs;
  }

  /** Waits until the kiosk invites, then goes through with the visit. Ends early, with `undefined`, when aborted. */
  async run(signal: AbortSignal): Promise<VisitResult | undefined> {
    const { screen } = this.#machine;
    try {
      return await new Promise((resolve) => {
        const remove = screen.onChange((shown) => look(shown));
        const end = (result: VisitResult | undefined): void => {
          remove();
          clearTimeout(patience);
          signal.removeEventListener('abort', aborted);
          resolve(result);
        };
        const patience = setTimeout(() => {
          const reason = screen.shown?.reason ?? 'visit.interrupted';
          if (!this.#started) end({ kind: 'turned-away', reason });
        }, this.#patienceMs);
        const aborted = (): void => end(undefined);
        const look = (shown: Screen | undefined): void => {
          if (this.#started && (!shown || shown.state === 'idle' || shown.state === 'out-of-service'))
            end({ kind: 'ended', ending: undefined });
          else if (this.#started && shown?.state === 'done') end({ kind: 'ended', ending: endingOf(shown) });
          else if (shown) this.#answer(shown);
        };
        signal.addEventListener('abort', aborted, { once: true });
        if (signal.aborted) aborted();
        else look(screen.shown);
      });
    } finally {
      this.#leave();
    }
  }

  #answer(shown: Screen): void {
    const { screen } = this.#machine;
    const behaviour = behaviours[this.#visitor.behaviour];
    if (shown.state === 'idle')
      return this.#soon(() => screen.press({ type: 'start', service: this.#visitor.service }));
    if (shown.state === 'consent') {
      this.#started = true;
      return this.#soon(() => screen.press({ type: behaviour.consents ? 'agree' : 'cancel' }));
    }
    if (!this.#started) return;
    if (shown.state === 'reading') return this.#layDown();
    if (shown.state === 'capturing') return this.#standThere(shown.prompt);
    if (shown.state === 'choosing')
      return this.#soon(() => screen.press({ type: 'choose', entry: this.#visitor.choice }));
    if (shown.state === 'showing') return this.#soon(() => screen.press(this.#verdict()));
    if (shown.state === 'case-opened') return this.#soon(() => screen.press({ type: 'agree' }));
    if (shown.state === 'presented' && behaviour.takesCard) this.#soon(() => this.#takeCard());
  }

  #layDown(): void {
    const { document } = behaviours[this.#visitor.behaviour];
    this.#readings += 1;
    if (document === 'none' || (document === 'pulls-away' && this.#readings > 1)) return;
    this.#soon(() => this.#machine.tray.lay(this.#props, document === 'pulls-away'));
  }

  /** The first screen of a try carries no prompt yet; later ones may say the same many times. */
  #standThere(prompt: string | undefined): void {
    const { camera, tray, emptyRoom } = this.#machine;
    const before = this.#prompt;
    this.#prompt = prompt;
    if (!behaviours[this.#visitor.behaviour].staysForFace) return tray.clear();
    if (prompt === undefined) {
      tray.clear();
      this.#tries += 1;
      this.#performer = this.#props.perform(this.#tries);
      camera.show(this.#performer ? filmed(this.#performer, emptyRoom) : () => emptyRoom);
    } else if (prompt !== before) {
      const performer = this.#performer;
      this.#soon(() => performer?.asked(prompt));
    }
  }

  /** On the numbers that are said to be theirs. */
  #verdict(): PanelInput {
    const { notMine } = this.#visitor;
    return notMine === undefined ? { type: 'agree' } : { type: 'not-mine', entry: notMine };
  }

  #takeCard(): void {
    const { dispenser } = this.#machine;
    if (dispenser.cardAtExit) dispenser.takeCard();
  }

  #soon(action: () => void): void {
    clearTimeout(this.#timer);
    if (this.#reactionMs === 0) action();
    else this.#timer = setTimeout(action, this.#reactionMs);
  }

  #leave(): void {
    clearTimeout(this.#timer);
    const { camera, tray, emptyRoom } = this.#machine;
    tray.clear();
    camera.show(() => emptyRoom);
  }
}

function endingOf({ outcome = 'failed', reason, transaction, machineMs = 0 }: Screen): Ending {
  return { outcome, machineMs, ...(reason && { reason }), ...(transaction && { transaction }) };
}
