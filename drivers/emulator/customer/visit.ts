import type { Screen } from '../../../src/contracts/panel.js';
import type { ErrorCode } from '../../../src/errors.js';
import type { VirtualCamera, Pictures } from '../camera/virtual-camera.js';
import type { Scene } from '../camera/scene.js';
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
  readonly emptyRoom: Scene;
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
  #approached = false;

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
    if (shown.state === 'presented' && behaviour.takesCard) this.#soon(() => this.#takeCard());
  }

  #layDown(): void {
    const { document } = behaviours[this.#visitor.behaviour];
    this.#readings += 1;
    if (document === 'none' || (document === 'pulls-away' && this.#readings > 1)) return;
    this.#soon(() => this.#machine.tray.lay(this.#props, document === 'pulls-away'));
  }

  #standThere(prompt: string | undefined): void {
    const { camera, tray } = this.#machine;
    if (prompt === undefined) {
      tray.clear();
      this.#tries += 1;
      this.#approached = false;
      if (behaviours[this.#visitor.behaviour].staysForFace) camera.show(inTurn(this.#scene().far));
    } else if (prompt === 'come-closer' && !this.#approached && behaviours[this.#visitor.behaviour].staysForFace) {
      this.#approached = true;
      this.#soon(() => camera.show(approaching(this.#scene())));
    }
  }

  #scene(): Scene {
    const { scenes } = this.#props;
    return scenes[(this.#tries - 1) % scenes.length] ?? this.#machine.emptyRoom;
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
    camera.show(inTurn(emptyRoom.far));
  }
}

function endingOf({ outcome = 'failed', reason, transaction, machineMs = 0 }: Screen): Ending {
  return { outcome, machineMs, ...(reason && { reason }), ...(transaction && { transaction }) };
}

/** One picture after the other, from the first again after the last. */
export function inTurn(frames: readonly Uint8Array[]): Pictures {
  let index = -1;
  return () => {
    index += 1;
    return frames[index % frames.length] ?? new Uint8Array();
  };
}

function approaching({ approach, near }: Scene): Pictures {
  const stay = inTurn(near);
  let step = -1;
  return () => {
    step += 1;
    return approach[step] ?? stay();
  };
}
