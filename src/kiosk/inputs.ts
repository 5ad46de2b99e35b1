import type { PanelInput } from '../contracts/panel.js';
import type { TransactionEvent } from '../transaction/events.js';
import type { StateName } from '../transaction/states.js';

/** What a touch or a button means in a state. @returns undefined for a service that is not offered */
export function eventOf(
  input: PanelInput,
  state: StateName,
  services: readonly string[],
  newTransaction: () => string,
): TransactionEvent | undefined {
  switch (input.type) {
    case 'start':
      return services.includes(input.service)
        ? { type: 'visit.started', transaction: newTransaction(), service: input.service }
        : undefined;
    case 'agree':
      return { type: 'consent.given' };
    case 'cancel':
      return { type: state === 'consent' ? 'consent.declined' : 'visit.cancelled' };
  }
}
