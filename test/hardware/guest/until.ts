import { holds } from '../../support/device-state.js';

const LOOK_MS = 10;

/** Resolves once the condition holds, for what the kernel does not tell of by itself. */
export const until = (condition: () => boolean): Promise<void> =>
  holds((look) => {
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, condition);
