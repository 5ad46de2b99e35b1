import type { Species } from '../../drivers/emulator/attacks/species.js';
import type { ErrorCode } from '../errors.js';
import { type Interval, wilson } from '../face/bench/interval.js';

/** What is presented: somebody live, an attack of a species, or a picture of a real attack, held still. */
export type Presentation = 'bona-fide' | Species | 'real-picture';

/** How a presentation ended that was looked at. */
export type Result = 'match' | ErrorCode;

/**
 * What came of a presentation. No response: no frame of it was looked at, or nobody was enrolled whom it could have matched;
 * it says nothing about how attacks or live people fare.
 */
export type Outcome = { readonly result: Result } | { readonly noResponse: ErrorCode };

/**
 * Error rates of one kind of presentation (ISO/IEC 30107-3): of attacks APCER and APNRR, of live people BPCER and BPNRR. A
 * rate is null where nothing was presented.
 */
export interface AttackRate {
  readonly presentation: Presentation;
  /** Presentations that were looked at. */
  readonly tries: number;
  /** Attacks accepted, or live people refused. */
  readonly errors: number;
  /** Share of the tries, and its 95 % interval. */
  readonly rate: number | null;
  readonly interval: Interval;
  /** How the tries ended. */
  readonly reasons: Reasons;
  readonly noResponses: number;
  /** Share of all presentations. */
  readonly noResponseRate: number | null;
  readonly noResponseReasons: Reasons;
}

export type Reasons = Readonly<Record<string, number>>;

export function rateOf(presentation: Presentation, outcomes: readonly Outcome[]): AttackRate {
  const reasons = counted(outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result] : [])));
  const noResponseReasons = counted(
    outcomes.flatMap((outcome) => ('noResponse' in outcome ? [outcome.noResponse] : [])),
  );
  const noResponses = sum(noResponseReasons);
  const tries = outcomes.length - noResponses;
  const matches = reasons['match'] ?? 0;
  const errors = presentation === 'bona-fide' ? tries - matches : matches;
  return {
    presentation,
    tries,
    errors,
    rate: share(errors, tries),
    interval: wilson(errors, tries),
    reasons,
    noResponses,
    noResponseRate: share(noResponses, outcomes.length),
    noResponseReasons,
  };
}

function counted(names: readonly string[]): Reasons {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function sum(counts: Reasons): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function share(part: number, of: number): number | null {
  return of > 0 ? part / of : null;
}
