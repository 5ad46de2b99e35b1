import type { IdReader } from '../../src/contracts/id-reader.js';
import { KioskError } from '../../src/errors.js';
import { imagePhotoDecoder } from './photo-decoder.js';
import { SamIdReader } from './sam/index.js';

/** The ID reader of a configuration. */
export function createIdReader(
  config:
    | {
        readonly driver: 'sam';
        readonly port: string;
        readonly baudRate: number;
        readonly pollMs: number;
        readonly healthMs: number;
      }
    | { readonly driver: 'mrz' },
): IdReader {
  if (config.driver !== 'sam') throw new KioskError('internal.impossible', config.driver);
  const { port, baudRate, pollMs, healthMs } = config;
  return new SamIdReader({ name: 'idReader', path: port, baudRate, pollMs, healthMs }, imagePhotoDecoder);
}
