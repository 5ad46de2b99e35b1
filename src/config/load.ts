import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { KioskError } from '../errors.js';
import { ConfigSchema, type Config } from './schema.js';

/**
 * Reads and checks a configuration file.
 * @throws `config.missing`, `config.not-json`, `config.invalid`; the detail names every wrong key
 */
export async function loadConfig(file: string): Promise<Config> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KioskError('config.missing', file, { cause });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new KioskError('config.not-json', file, { cause });
  }
  return absolute(parseConfig(json, file), dirname(resolve(file)));
}

/** @throws `config.invalid` */
export function parseConfig(json: unknown, name: string): Config {
  const parsed = ConfigSchema.safeParse(json);
  if (!parsed.success) {
    const problems = z
      .prettifyError(parsed.error)
      .replaceAll(/\s*\n\s*/g, ' ')
      .replaceAll('✖ ', '')
      .trim();
    throw new KioskError('config.invalid', `${name}: ${problems}`);
  }
  return parsed.data;
}

/** Keys whose value is a path, wherever they stand in the configuration. */
const PATHS: ReadonlySet<string> = new Set([
  ...['stateDir', 'batchFile', 'safeOffFile', 'models', 'socket', 'link', 'panel', 'control'],
  ...['signingKey', 'ca', 'cert', 'key'],
  ...['port', 'device', 'chip', 'memoryDir', 'library'],
]);

/** Relative paths count from `base`. */
function absolute<T>(value: T, base: string): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => [
    key,
    PATHS.has(key) && typeof inner === 'string' ? resolve(base, inner) : absolute(inner, base),
  ]);
  return Object.fromEntries(entries) as T;
}
