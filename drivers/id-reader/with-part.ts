import type { Device } from '../../src/contracts/health.js';
import type { IdReader } from '../../src/contracts/id-reader.js';
import { KioskError } from '../../src/errors.js';

/** A reader that cannot do its work without another part: the part's faults are the reader's, and it closes with it. */
export function withPart(reader: IdReader, part: Device): IdReader {
  return {
    name: reader.name,
    fault: () => reader.fault() ?? part.fault(),
    onChange(listener) {
      const removers = [reader.onChange(listener), part.onChange(listener)];
      return () => removers.forEach((remove) => remove());
    },
    async read(signal) {
      signal.throwIfAborted();
      const fault = part.fault();
      if (fault) throw new KioskError(fault, part.name);
      return reader.read(signal);
    },
    async close() {
      await Promise.all([reader.close(), part.close()]);
    },
  };
}
