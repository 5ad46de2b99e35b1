import type { PanelInput } from '../contracts/panel.js';
import type { TransactionEvent } from '../transaction/events.js';
import type { StateName } from '../transaction/states.js';

/** What can be chosen. */
interface Offer {
  readonly services: readonly string[];
  /** Shown to the holder. */
  readonly numbers: readonly { readonly entry: number }[];
  readonly newTransaction: () => string;
}

/** What a touch or a button means in a state. @returns undefined for what is not offered */
export function eventOf(
  input: PanelInput,
  state: StateName,
  { services, numbers, newTransaction }: Offer,
): TransactionEvent | undefined {
  switch (input.type) {
    case 'start':
      return services.includes(input.service)
        ? { type: 'visit.started', transaction: newTransaction(), service: input.service }
        : undefined;
    case 'agree':
      return { type: state === 'consent' ? 'consent.given' : 'visit.finished' };
    case 'cancel':
      return { type: state === 'consent' ? 'consent.declined' : 'visit.cancelled' };
    case 'choose':
    case 'not-mine': {
      const { entry } = input;
      if (!numbers.some((number) => number.entry === entry)) return undefined;
      return { type: input.type === 'choose' ? 'number.chosen' : 'number.disputed', entry };
    }
  }
}
