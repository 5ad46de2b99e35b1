import { closeSync } from 'node:fs';
import { setValue } from './calls.js';
import { ChipFile, type LineOfChip } from './chip-file.js';
import { outputConfig } from './line-config.js';

/** Drives one line to a level on the wire and lets go of it. @throws `gpio.…` */
export function driveOnce(path: string, line: LineOfChip, high: boolean): void {
  const chip = new ChipFile(path);
  try {
    // Inactive is the level that a request starts with: the line is never driven the other way.
    const request = chip.request([line], outputConfig([{ line: line.line, activeLow: high }]));
    try {
      setValue(request, 0, false);
    } finally {
      closeSync(request);
    }
  } finally {
    chip.close();
  }
}
