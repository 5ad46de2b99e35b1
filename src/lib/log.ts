import { pino, type Logger } from 'pino';
import type { LogRing } from './log-ring.js';

/**
 * One JSON line an event on stdout, written before the call returns, so that the last words before a crash are there.
 * @param ring also gets every line
 */
export function createLog(name: string, level: string, ring?: LogRing): Logger {
  const stdout = pino.destination({ dest: 1, sync: true });
  const both = {
    write(line: string): void {
      ring?.add(line);
      stdout.write(line);
    },
  };
  return pino(
    {
      name,
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    ring ? both : stdout,
  );
}
