import type { ErrorCode } from '../errors.js';
import type { Journal } from '../journal/journal.js';
import type { Found } from '../transaction/events.js';
import type { CarrierDesk } from './carrier-desk.js';
import { allDevices, type Devices } from './devices.js';
import { refusedFault } from './refused-cards.js';

/** Under this key the journal keeps who has taken the kiosk out of service. */
export const OUT_OF_SERVICE = 'out-of-service';

/** Everything that stands between the kiosk and a sale it can finish, each once, in the order of the table of devices. */
export function currentFaults(
  devices: Devices,
  desk: CarrierDesk,
  journal: Journal,
  media: Found | undefined,
  others: readonly (ErrorCode | undefined)[],
): ErrorCode[] {
  const { inStack, inTransport } = journal.cards();
  const faults: readonly (ErrorCode | undefined)[] = [
    journal.maintenance() ? 'kiosk.maintenance' : undefined,
    journal.kept(OUT_OF_SERVICE) === undefined ? undefined : 'kiosk.out-of-service',
    journal.fault(),
    ...others,
    devices.cabinet.doorOpen() ? 'cabinet.door-open' : undefined,
    ...allDevices(devices).map((device) => device.fault()),
    desk.fault(),
    refusedFault(journal),
    inStack === 0 ? 'dispenser.card-unit-empty' : undefined,
    (media !== undefined && media !== 'none') || inTransport > 0 ? 'dispenser.occupied' : undefined,
  ];
  return [...new Set(faults.filter((fault) => fault !== undefined))];
}
