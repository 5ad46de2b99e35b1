import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { keeperOfLevels } from '../../../drivers/gpio/persist.js';

/** The part of /sys and /dev that a Raspberry Pi 4 shows, whose kernel has the Pi 5's driver built in as well. */
async function raspberryPi(root: string, bcm2835: string): Promise<string> {
  const device = join(root, 'devices/platform/soc/fe200000.gpio');
  await mkdir(join(device, 'gpiochip0'), { recursive: true });
  await mkdir(join(root, 'bus/gpio/devices'), { recursive: true });
  await mkdir(join(root, 'bus/platform/drivers/pinctrl-bcm2835'), { recursive: true });
  await symlink(join(device, 'gpiochip0'), join(root, 'bus/gpio/devices/gpiochip0'));
  await symlink(join(root, 'bus/platform/drivers/pinctrl-bcm2835'), join(device, 'driver'));
  for (const [module, value] of [
    ['pinctrl_bcm2835', bcm2835],
    ['pinctrl_rp1', 'Y'],
  ] as const) {
    await mkdir(join(root, 'module', module, 'parameters'), { recursive: true });
    await writeFile(join(root, 'module', module, 'parameters/persist_gpio_outputs'), `${value}\n`);
  }
  await writeFile(join(root, 'gpiochip0'), '');
  await symlink(join(root, 'gpiochip0'), join(root, 'simkiosk-gpio'));
  return join(root, 'simkiosk-gpio');
}

void t.test('a Raspberry Pi keeps the level of an output unless strict_gpiod is set', async (t) => {
  const lax = t.testdir();
  t.equal(await keeperOfLevels(await raspberryPi(lax, 'Y'), lax), 'pinctrl_bcm2835.persist_gpio_outputs');
});

void t.test('with strict_gpiod it lets go, whatever the driver of another model would do', async (t) => {
  const strict = t.testdir();
  t.equal(await keeperOfLevels(await raspberryPi(strict, 'N'), strict), undefined);
});

void t.test('a chip without the parameter, or that is not there, keeps nothing', async (t) => {
  const root = t.testdir({ gpiochip7: '' });
  t.equal(await keeperOfLevels(join(root, 'gpiochip7'), root), undefined);
  t.equal(await keeperOfLevels('/nonexistent', root), undefined);
});
