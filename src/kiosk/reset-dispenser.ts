import type { CardDispenser } from '../contracts/card-dispenser.js';
import type { Clock } from '../contracts/clock.js';
import { within } from './within.js';

const RESET_MS = 60_000;

/** Ends a jam, for whoever asks for it, here or from afar. @throws as {@link CardDispenser.reset}, also when it does not end */
export const resetDispenser = (dispenser: CardDispenser, clock: Clock): Promise<void> =>
  within(clock, RESET_MS, 'dispenser.media-jam', (signal) => dispenser.reset(signal));
