import type { BehaviourName } from '../cast.js';

/** What a customer does when it is their turn. */
export interface Behaviour {
  readonly consents: boolean;
  readonly document: 'lays-down' | 'pulls-away' | 'none';
  readonly staysForFace: boolean;
  readonly takesCard: boolean;
}

const obliging: Behaviour = { consents: true, document: 'lays-down', staysForFace: true, takesCard: true };

export const behaviours: Readonly<Record<BehaviourName, Behaviour>> = {
  'takes-card': obliging,
  'leaves-card': { ...obliging, takesCard: false },
  'walks-away': { ...obliging, staysForFace: false, takesCard: false },
  'declines-consent': { ...obliging, consents: false },
  'no-document': { ...obliging, document: 'none' },
  'pulls-document': { ...obliging, document: 'pulls-away' },
};
