import type { Config } from '../config/schema.js';
import type { TechnicianCommand } from '../contracts/control.js';
import { openJournal } from '../journal/journal.js';
import { renewJournal } from '../journal/renew.js';
import { batchIdOf } from '../kiosk/batch.js';
import { allDevices, type Devices } from '../kiosk/devices.js';
import { carryOut } from '../kiosk/technician.js';
import { systemClock } from '../lib/clock.js';
import { createDevices, createGpio } from '../main.js';
import { fitness } from './fitness.js';
import type { Result } from './technician.js';

/** Does what a technician asks in this process, with the journal and the devices of a service that does not run. */
export async function withoutService(config: Config, ask: TechnicianCommand, by: string): Promise<Result> {
  if (ask.command === 'journal-renew') {
    const renewal = { by, at: systemClock.now(), batch: await batchIdOf(config.batchFile) };
    return { aside: await renewJournal(config.stateDir, config.kiosk, renewal) };
  }
  const journal = await openJournal(config.stateDir, config.kiosk);
  const gpio = createGpio(config);
  let opened: Promise<Devices> | undefined;
  try {
    return await carryOut(
      {
        journal,
        clock: systemClock,
        devices: () => (opened ??= createDevices(config, gpio, journal).then((made) => fit(made, config))),
        exclusively: (work) => work(),
        inTurn: (work) => work(),
        condition: () => undefined,
        changed: () => undefined,
      },
      ask,
      by,
    );
  } finally {
    // Why they could not be opened has been said.
    const devices = await opened?.catch(() => undefined);
    if (devices) await Promise.all(allDevices(devices).map((device) => device.close()));
    await gpio.close();
    await journal.close();
  }
}

/** Devices that were just opened need a moment before they can be tried. */
async function fit(devices: Devices, config: Config): Promise<Devices> {
  await Promise.all(allDevices(devices).map((device) => fitness(device, config)));
  return devices;
}
