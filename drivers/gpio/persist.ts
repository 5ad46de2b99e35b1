import { readFile } from 'node:fs/promises';

/** Kernel modules of a Raspberry Pi whose released outputs keep their level unless told otherwise (raspberrypi/linux #6117, #6150). */
const PARAMETERS = ['pinctrl_bcm2835', 'pinctrl_rp1'].map(
  (module) => [module, `/sys/module/${module}/parameters/persist_gpio_outputs`] as const,
);

/** @returns the kernel modules that keep the level of an output after its program has ended */
export async function keepsLevel(): Promise<string[]> {
  const found = await Promise.all(
    PARAMETERS.map(async ([module, file]) => [module, await readFile(file, 'utf8').catch(() => 'N')] as const),
  );
  return found.filter(([, value]) => value.trim() !== 'N').map(([module]) => module);
}
