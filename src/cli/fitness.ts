import type { Config } from '../config/schema.js';
import type { Device } from '../contracts/health.js';
import type { ErrorCode } from '../errors.js';

/** How long a device that was just opened has. Milliseconds. */
const FIT_MS = 5_000;
const LOADING: ErrorCode = 'face.engine-starting';

/** Resolves once nothing is wrong with the device, or its time is over: networks have the time that they may take to load. */
export function fitness(device: Device, { face }: Pick<Config, 'face'>): Promise<void> {
  const isLoading = device.fault() === LOADING;
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      remove();
      resolve();
    };
    const timer = setTimeout(finish, isLoading ? face.startMs : FIT_MS);
    const look = (): void => {
      const fault = device.fault();
      if (fault === undefined || (isLoading && fault !== LOADING)) finish();
    };
    const remove = device.onChange(look);
    look();
  });
}
