import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KioskError } from '../errors.js';
import type { Pace } from './virtual-config.js';

/** Who runs the demo is its customer: their camera, and a picture of them for the document. */
export interface Oneself {
  readonly camera: string;
  readonly idPhoto: string;
}

interface Options {
  readonly camera?: string;
  readonly idPhoto?: string;
  readonly cast?: string;
  readonly pace?: Pace;
}

/** @returns `undefined` without `--camera` and `--id-photo`. @throws `cli.usage`, `camera.offline` */
export async function oneself({ camera, idPhoto, cast, pace }: Options): Promise<Oneself | undefined> {
  if (camera === undefined && idPhoto === undefined) return undefined;
  if (camera === undefined)
    throw new KioskError('cli.usage', '--id-photo goes with --camera, such as --camera /dev/video0');
  if (idPhoto === undefined)
    throw new KioskError('cli.usage', '--camera goes with --id-photo: a picture of whoever will look into it');
  if (cast !== undefined) throw new KioskError('cli.usage', '--camera and --cast exclude each other');
  if (pace === 'fast') throw new KioskError('cli.usage', 'with --camera the pace is real: people need their time');
  await access(camera, constants.R_OK | constants.W_OK).catch((cause: unknown) => {
    throw new KioskError('camera.offline', camera, { cause });
  });
  return { camera: resolve(camera), idPhoto };
}
