import type { ErrorCode } from '../errors.js';

/** These are about the machine, not about a picture: whatever is measured or compared fails as a whole. */
export const MACHINE_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'face.engine-failed',
  'face.model-missing',
  'face.model-altered',
  'face.model-mismatch',
]);
