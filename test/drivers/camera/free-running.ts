import { monotonicMs, numbered } from './hardware.js';

/** Writes pictures that carry the time at which they were taken, 15 a second, for as long as somebody reads them. */
setInterval(() => process.stdout.write(numbered(monotonicMs())), 1_000 / 15);
process.stdout.on('error', () => process.exit(1));
