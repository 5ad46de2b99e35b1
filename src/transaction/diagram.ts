import { stateNames, states, type StateName } from './states.js';
import { transitions } from './table.js';

/** `out-of-service` as an identifier of Mermaid. */
const id = (state: StateName): string => state.replaceAll('-', '_');

/** Every state and event of the table but those of a restart, as a Mermaid state diagram. */
export function diagram(): string {
  const events = new Map<string, Set<string>>();
  for (const { from, on, to, outcome } of transitions) {
    if (on === 'media.checked') continue;
    const arrow = `${id(from)} --> ${id(to)}`;
    const known = events.get(arrow) ?? new Set<string>();
    events.set(arrow, known.add(outcome ? `${on} (${outcome})` : on));
  }
  return [
    'stateDiagram-v2',
    '  [*] --> out_of_service',
    ...[...events].map(([arrow, on]) => `  ${arrow}: ${[...on].join('<br>')}`),
  ].join('\n');
}

/** What each state is for, and how long it may last, as a Markdown table. */
export function stateTable(): string {
  return [
    '| state | means | waits for | at most |',
    '|---|---|---|---|',
    ...stateNames.map((state) => {
      const { means, waitsFor, deadlineMs } = states[state];
      const limit = deadlineMs === undefined ? 'any time' : `${deadlineMs / 1_000} s`;
      return `| \`${state}\` | ${means} | ${waitsFor} | ${limit} |`;
    }),
  ].join('\n');
}
