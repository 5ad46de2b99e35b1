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

function absolute(config: Config, base: string): Config {
  const at = (path: string): string => resolve(base, path);
  return {
    ...config,
    stateDir: at(config.stateDir),
    camera: { ...config.camera, socket: at(config.camera.socket) },
    idReader: { ...config.idReader, port: at(config.idReader.port) },
    gpio: { ...config.gpio, socket: at(config.gpio.socket) },
    cardIdentifier: { ...config.cardIdentifier, port: at(config.cardIdentifier.port) },
    face: { ...config.face, ...(config.face.models && { models: at(config.face.models) }) },
    ...(config.batchFile && { batchFile: at(config.batchFile) }),
  };
}
