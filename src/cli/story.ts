import type { EmulatorEvent } from '../../drivers/emulator/emulator.js';
import type { Screen } from '../contracts/panel.js';
import { errorTable } from '../errors.js';
import type { Outcome } from '../transaction/table.js';
import { isStateName, type StateName } from '../transaction/states.js';

/** What a screen could say in each state. The service itself shows codes; these are the demo's own words. */
const screens: Readonly<Record<StateName, string>> = {
  idle: 'Touch to begin.',
  'out-of-service': 'Out of service.',
  consent:
    'We read your document and compare your face with its photograph, in this machine. Nothing of it is kept. A number is for you alone and may not be handed on. Do you agree?',
  reading: 'Lay your document on the reader.',
  checking: 'Checking your document …',
  prechecking: 'Asking the carrier whether it can serve you …',
  capturing: 'Take your document back and look at the camera.',
  verifying: 'Comparing …',
  listing: 'Asking the carrier for your numbers …',
  showing: 'These numbers stand in your name. Is one of them not yours?',
  disputing: 'Telling the carrier …',
  'case-opened': 'The carrier looks into it. Please note down the reference.',
  choosing: 'Which number needs a new card?',
  authorising: 'Asking the carrier …',
  staging: 'Your card is on its way …',
  identifying: 'Your card is on its way …',
  binding: 'Registering your card …',
  presenting: 'Here it comes …',
  presented: 'Please take your card.',
  retaining: 'The card is taken back.',
  done: 'Goodbye.',
};

const prompts: Readonly<Record<string, string>> = {
  'look-at-camera': 'Look at the camera.',
  'turn-left': 'Turn your head to your left, please.',
  'turn-right': 'Turn your head to your right, please.',
  nod: 'Nod, please.',
  blink: 'Close your eyes for a moment, please.',
  'open-eyes': 'Open your eyes, please.',
  'move-left': 'A little to your left, please.',
  'move-right': 'A little to your right, please.',
  'move-up': 'A little higher, please.',
  'move-down': 'A little lower, please.',
  'come-closer': 'Come closer, please.',
  'one-person-only': 'One person only, please.',
  'more-light': 'It is too dark here.',
  'less-light': 'It is too bright here.',
  'hold-still': 'Hold still, please.',
  done: 'Thank you.',
};

const endings: Readonly<Record<Outcome, string>> = {
  sold: 'sold: the card is in the right hands',
  replaced: 'replaced: the number is on the new card now, and the old card is dead',
  informed: 'the holder has seen which numbers stand in their name',
  'refused-document': 'refused because of the document',
  'refused-face': 'refused because of the face',
  'refused-carrier': 'refused by the carrier',
  declined: 'no consent, so nothing was read and nothing captured',
  abandoned: 'the customer left',
  retained: 'the card was left behind, and went to the retain bin',
  failed: 'the machine could not finish',
};

const cards: Readonly<Record<string, string>> = {
  transport: 'a card moves from the stack to the transport',
  exit: 'the card moves to the exit',
  retained: 'the card drops into the retain bin',
  taken: 'the card leaves with the customer',
};

/** Tells what can be seen, a line at a time. */
export class Story {
  readonly #write: (line: string) => void;
  #last = '';

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  tell(event: EmulatorEvent): void {
    switch (event.type) {
      case 'customer':
        this.#write(`\n${event.visit}. Here comes ${event.visitor.label}.`);
        this.#last = '';
        break;
      case 'screen':
        if (event.screen) this.#screen(event.screen);
        break;
      case 'card':
        this.#write(`   machine  ${cards[event.to] ?? event.to}`);
        break;
      case 'turned-away':
        this.#write(`   outcome  nobody was invited, so the customer went away — ${errorTable[event.reason].means}`);
        break;
      case 'left':
        this.#write(`   outcome  ${event.ending ? outcome(event.ending) : 'the kiosk broke down during the visit'}`);
        break;
    }
  }

  #screen({ state, prompt, reason, numbers, reference }: Screen): void {
    if (state === 'done' || state === 'idle') return;
    const words = (prompt && prompts[prompt]) ?? (isStateName(state) ? screens[state] : state);
    const why = reason ? ` (${errorTable[reason].means})` : '';
    const shown = numbers ? ` ${numbers.map(({ masked }) => masked).join(', ') || 'none'}` : '';
    const quoted = reference ? ` ${reference}` : '';
    const line = `   screen   ${words}${shown}${quoted}${why}`;
    if (line !== this.#last) this.#write(line);
    this.#last = line;
  }
}

function outcome({ outcome: end, reason, machineMs }: Pick<Screen, 'outcome' | 'reason' | 'machineMs'>): string {
  const why = reason ? ` — ${errorTable[reason].means} [${reason}]` : '';
  return `${endings[end as Outcome]}${why} (machine time ${Math.round(machineMs ?? 0)} ms)`;
}
