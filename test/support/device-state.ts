import type { Device } from '../../src/contracts/health.js';
import type { ErrorCode } from '../../src/errors.js';

/** Resolves once the device reports this fault, or none. */
export function faultIs(device: Device, fault: ErrorCode | undefined): Promise<void> {
  return holds(
    (look) => device.onChange(look),
    () => device.fault() === fault,
  );
}

/** Resolves once the condition holds, looked at now and whenever `subscribe` calls back. */
export function holds(subscribe: (look: () => void) => () => void, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (condition()) {
      resolve();
      return;
    }
    const remove = subscribe(() => {
      if (!condition()) return;
      remove();
      resolve();
    });
  });
}
