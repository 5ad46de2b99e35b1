import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPARING } from '../../../src/contracts/face-engine.js';
import { modelFolder } from '../../support/model-folder.js';

/** What takes a moment elsewhere takes seconds on an emulated processor, and it computes networks many times slower. */
const PATIENCE_MS = 240_000;
const STATES = ['consent', 'reading', 'checking', 'capturing', 'verifying', 'authorising', 'binding', 'presented'];

const modelsIn = (folder: string): string => join(folder, 'models');
/** Somebody who stands still: to draw a face that moves takes the emulated processor all its time. */
export const clipIn = (folder: string): string => join(folder, 'clip');

/** Puts into a folder what a kiosk on an emulated processor and its customer need. */
export async function prepareSlowKiosk(folder: string, models: string, photo: string): Promise<void> {
  await mkdir(clipIn(folder), { recursive: true });
  await copyFile(photo, join(clipIn(folder), '1.jpg'));
  const keeps = (network: string): boolean => COMPARING.some((each) => each === network);
  await modelFolder(models, modelsIn(folder), { keeps, stillViews: 1 });
}

/** Changes to its configuration. With those networks alone that compare faces no challenge can be judged. */
export function slowConfig(folder: string): { readonly face: object; readonly deadlinesMs: object } {
  return {
    face: {
      models: modelsIn(folder),
      challenge: false,
      captureMs: PATIENCE_MS,
      startMs: PATIENCE_MS,
      answerMs: PATIENCE_MS,
    },
    deadlinesMs: Object.fromEntries(STATES.map((state) => [state, PATIENCE_MS])),
  };
}
