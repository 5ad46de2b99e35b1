import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ZONES = '/sys/class/thermal';

/**
 * The hottest zone, in °C; undefined on a machine that has none or does not say. Zones give thousandths of a degree (Linux,
 * Documentation/ABI/testing/sysfs-class-thermal).
 */
export async function hottestZone(dir = ZONES): Promise<number | undefined> {
  const names = await readdir(dir).catch(() => []);
  const zones = names.filter((name) => name.startsWith('thermal_zone'));
  const texts = await Promise.all(zones.map((zone) => readFile(join(dir, zone, 'temp'), 'utf8').catch(() => '')));
  const degrees = texts.filter((text) => /^-?\d+\s*$/.test(text)).map((text) => Number(text) / 1_000);
  return degrees.length > 0 ? Math.max(...degrees) : undefined;
}
