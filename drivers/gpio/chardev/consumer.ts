import { readdirSync } from 'node:fs';
import { codeOf, KioskError } from '../../../src/errors.js';
import { ChipFile } from './chip-file.js';

/** Who holds a line of the chip with this label, if there is a character device that says so. */
export function consumerOf(label: string, offset: number): string | undefined {
  for (const entry of readdirSync('/dev').filter((name) => /^gpiochip\d+$/.test(name))) {
    const chip = open(`/dev/${entry}`);
    try {
      if (chip?.info.label === label) return chip.consumer(offset);
    } finally {
      chip?.close();
    }
  }
  return undefined;
}

function open(path: string): ChipFile | undefined {
  try {
    return new ChipFile(path);
  } catch (error) {
    if (!(error instanceof KioskError) || !codeOf(error).startsWith('gpio.')) throw error;
    return undefined;
  }
}
