import { KioskError } from '../errors.js';
import type { Settings } from '../fleet/configuration.js';
import { stateNames, states } from '../transaction/states.js';
import { parseConfig } from './load.js';
import type { Config } from './schema.js';

/**
 * Keys of the configuration that the carrier may set from afar: what changes how customers are served, and nothing that
 * says what the kiosk is made of, whom it believes, or how sure it must be of a face.
 */
export const steerable: Readonly<Record<string, string>> = {
  'rules.accepted': 'kinds of documents that are accepted',
  'rules.minimumAge': 'years that a holder must be old',
  'rules.documentTries': 'how often a customer may lay down a document',
  'face.tries': 'how often a face is captured at most',
  'face.captureMs': 'how long one capture may take, milliseconds',
  'face.stepMs': 'how long a customer has for one step of the challenge, milliseconds',
  'face.startMs': 'how long the networks may take to load, milliseconds',
  'face.answerMs': 'how long one answer of the networks may take, milliseconds',
  consent: 'what customers agree to: `{version, text}`',
  farewellMs: 'how long the last screen of a visit stays, milliseconds',
  'journal.keepDays': 'for how many days history is kept that the carrier has acknowledged',
  'monitors.stockLowPercent': 'limit of the alarm `stock`',
  'monitors.temperatureC': 'limit of the alarm `temperature`',
  'monitors.diskFreeMb': 'limit of the alarm `disk`',
  'monitors.faceRefusalPercent': 'limit of the alarm `face-refusals`',
  'monitors.readerErrorsPerHour': 'limit of the alarm `reader-errors`',
  logLevel: 'the least urgent level that is logged',
  ...Object.fromEntries(
    stateNames
      .filter((state) => states[state].deadlineMs !== undefined)
      .map((state) => [`deadlinesMs.${state}`, `how long the state \`${state}\` lasts at most, milliseconds`]),
  ),
};

/** @throws `config.not-steerable`, naming the keys */
export function insistOnSteerable(settings: Settings): void {
  const unknown = Object.keys(settings).filter((key) => !Object.hasOwn(steerable, key));
  if (unknown.length > 0) throw new KioskError('config.not-steerable', unknown.join(', ').slice(0, 512));
}

/**
 * The configuration of the kiosk's own file with the carrier's settings in it, checked as a whole.
 * @throws `config.not-steerable`, `config.invalid`, naming the keys
 */
export function steered(file: Config, settings: Settings): Config {
  insistOnSteerable(settings);
  const changed: Record<string, unknown> = { ...file };
  for (const [key, value] of Object.entries(settings)) {
    const [first = '', second] = key.split('.');
    changed[first] = second === undefined ? value : { ...(changed[first] as object), [second]: value };
  }
  return parseConfig(changed, 'settings');
}
