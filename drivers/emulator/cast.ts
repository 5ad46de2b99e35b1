import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { KioskError } from '../../src/errors.js';
import { rootDir } from '../../src/lib/paths.js';
import { serviceNames, type ServiceName } from '../../src/transaction/services.js';
import { SPECIES, type Species } from './attacks/species.js';
import { chipFields, DocumentInCast, zoneFields } from './cast-document.js';
import type { CastDocument } from './id-reader/card-text-writer.js';
import type { MrzDocument } from './id-reader/mrz-writer.js';

export const BEHAVIOURS = [
  'takes-card',
  'leaves-card',
  'walks-away',
  'declines-consent',
  'no-document',
  'pulls-document',
] as const;
export type BehaviourName = (typeof BEHAVIOURS)[number];

const Entry = z.int().positive();

const CastFile = z.object({
  cards: z.int().min(0).max(10_000).default(50),
  visitors: z
    .array(
      z.object({
        label: z.string().exactOptional(),
        document: DocumentInCast.exactOptional(),
        faces: z.array(z.string()).default([]),
        clip: z.string().exactOptional(),
        attack: z.enum(SPECIES).exactOptional(),
        service: z.enum(serviceNames).default('new-sim'),
        choice: Entry.default(1),
        notMine: Entry.exactOptional(),
        behaviour: z.enum(BEHAVIOURS).default('takes-card'),
      }),
    )
    .min(1),
});

/** Somebody who comes to the kiosk. Photographs are read when the cast is: a missing one is said at once. */
export interface Visitor {
  /** For the story; never the name. */
  readonly label: string;
  readonly behaviour: BehaviourName;
  readonly service: ServiceName;
  /** Which of the numbers shown gets the new card, and which one is not theirs. */
  readonly choice: number;
  readonly notMine?: number;
  readonly document?: { readonly fields: CastDocument; readonly photo: Uint8Array };
  /** A document with a machine-readable zone instead. */
  readonly passport?: { readonly fields: MrzDocument; readonly photo: Uint8Array };
  /** Photographs of who stands in front of the camera, one a try. */
  readonly faces: readonly Uint8Array[];
  /** Frames that are shown as they are. */
  readonly clip?: readonly Uint8Array[];
  /** What is held in front of the camera: made of the first face, or of the second where a helper goes first. */
  readonly attack?: Species;
}

export interface Cast {
  /** How many cards the stack holds at the start. */
  readonly cards: number;
  readonly visitors: readonly Visitor[];
}

export const defaultCastFile = join(rootDir, 'drivers/emulator/default-cast.json');

/** Reads a cast file; paths in it count from its own folder. @throws `cast.invalid` naming what is wrong */
export async function loadCast(file: string): Promise<Cast> {
  const text = (await load(file)).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new KioskError('cast.invalid', `${file} is not JSON`, { cause });
  }
  return castOf(json, dirname(resolve(file)), file);
}

/** @param base where relative paths count from. @throws `cast.invalid` naming what is wrong */
export async function castOf(json: unknown, base: string, name: string): Promise<Cast> {
  const parsed = CastFile.safeParse(json);
  if (!parsed.success) throw new KioskError('cast.invalid', `${name}: ${problems(parsed.error)}`);
  const { cards, visitors } = parsed.data;
  return {
    cards,
    visitors: await Promise.all(
      visitors.map(async ({ label, document, faces, clip, ...visitor }, index): Promise<Visitor> => ({
        label: label ?? `visitor ${index + 1}`,
        ...visitor,
        faces: await Promise.all(faces.map((face) => load(resolve(base, face)))),
        ...(document && (await documentOf(document, base))),
        ...(clip !== undefined && { clip: await loadClip(resolve(base, clip)) }),
      })),
    ),
  };
}

/** Where and of which kind, never the value: it may be somebody's name. */
function problems(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

/** Under `document`, or under `passport` when it has a machine-readable zone. */
async function documentOf(document: DocumentInCast, base: string): Promise<Pick<Visitor, 'document' | 'passport'>> {
  const photo = document.photo === undefined ? new Uint8Array() : await load(resolve(base, document.photo));
  const { type } = document;
  if (type === 'mrz') return { passport: { fields: zoneFields(document), photo } };
  return { document: { fields: chipFields(type, document), photo } };
}

async function loadClip(folder: string): Promise<readonly Uint8Array[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new KioskError('cast.invalid', folder, { cause });
  });
  return Promise.all(names.sort().map((name) => load(join(folder, name))));
}

function load(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new KioskError('cast.invalid', file, { cause });
  });
}
