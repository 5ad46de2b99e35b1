import { claimLine } from '../onoff/claim-line.js';
import { driveRaw, findChip, unexportLine } from '../onoff/sysfs.js';
import type { SafeOutput } from '../safe-off-file.js';

/** Drives an output to its safe level and lets go of it. @throws `gpio.…` */
export async function driveSafe(output: SafeOutput): Promise<void> {
  if (output.driver === 'onoff') await bySysfs(output);
  else await byCharacterDevice(output);
}

async function bySysfs({ chip, line, offset, safe }: SafeOutput): Promise<void> {
  const number = findChip(chip).base + offset;
  await claimLine({ chip, line, offset, number }, { files: ['direction'] });
  try {
    driveRaw(number, safe);
  } finally {
    unexportLine(number);
  }
}

/** Loaded only when it is needed: sysfs needs nothing but files. */
async function byCharacterDevice({ chip, line, offset, safe }: SafeOutput): Promise<void> {
  const { driveOnce } = await import('../chardev/drive-once.js');
  driveOnce(chip, { line, offset }, safe === 1);
}
