import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { KioskError } from '../../../src/errors.js';

const Card = z.strictObject({
  iccid: z.string().regex(/^\d{19,20}$/),
  at: z.enum(['stack', 'transport', 'exit', 'retained', 'taken']),
});
const World = z.strictObject({ cards: z.array(Card) });

/** A card and where it is; in a list, those in the stack come in the order in which they leave it. */
export type PlacedCard = Readonly<z.infer<typeof Card>>;
export type Place = PlacedCard['at'];

/**
 * The cards of an emulated dispenser, for whoever wants to check the books against them.
 * @returns undefined when there is no such file
 * @throws `emulator.cards-unusable` when it is damaged or may not be read
 */
export function readWorld(file: string): { readonly cards: readonly PlacedCard[] } | undefined {
  try {
    return World.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new KioskError('emulator.cards-unusable', file, { cause });
  }
}

/** Never leaves half a file, and survives the power too: cards do not jump back when it fails. */
export function writeWorld(file: string, cards: readonly PlacedCard[]): void {
  const draft = `${file}.tmp`;
  writeFileSync(draft, `${JSON.stringify({ cards })}\n`, { flush: true });
  renameSync(draft, file);
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
