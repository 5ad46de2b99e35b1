import type { z } from 'zod';
import { KioskError } from '../errors.js';

/** What a message says, when it fits its schema. @throws `fleet.bad-message` */
export function fitting<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new KioskError('fleet.bad-message');
}

/** Names what does not fit, in one line. */
export function wrongIn(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ');
}
