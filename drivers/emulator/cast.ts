import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { KioskError } from '../../src/errors.js';
import { rootDir } from '../../src/lib/paths.js';
import { SPECIES, type Species } from './attacks/species.js';
import type { CastDocument } from './id-reader/card-text-writer.js';

export const BEHAVIOURS = [
  'takes-card',
  'leaves-card',
  'walks-away',
  'declines-consent',
  'no-document',
  'pulls-document',
] as const;
export type BehaviourName = (typeof BEHAVIOURS)[number];

const Type = z
  .enum(['resident', 'hmt-residence-permit', 'foreign-permanent-resident', 'J', 'I', 'Y'])
  .default('resident');

const Document = z.object({
  type: Type,
  layout: z.enum(['I', 'Y']).exactOptional(),
  name: z.string(),
  chineseName: z.string().exactOptional(),
  sex: z.string().default('1'),
  ethnicity: z.string().default('01'),
  birth: z.string().exactOptional(),
  address: z.string().default(''),
  number: z.string(),
  authority: z.string().default(''),
  nationality: z.string().exactOptional(),
  validFrom: z.string().default('20200101'),
  validTo: z.string().default('20400101'),
  /** Left out: the photo field is empty. */
  photo: z.string().exactOptional(),
});

const CastFile = z.object({
  cards: z.int().min(0).max(10_000).default(50),
  visitors: z
    .array(
      z.object({
        label: z.string().exactOptional(),
        document: Document.exactOptional(),
        faces: z.array(z.string()).default([]),
        clip: z.string().exactOptional(),
        attack: z.enum(SPECIES).exactOptional(),
        service: z.literal('new-sim').default('new-sim'),
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
  readonly service: string;
  readonly document?: { readonly fields: CastDocument; readonly photo: Uint8Array };
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
  const base = dirname(resolve(file));
  const text = (await load(file)).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new KioskError('cast.invalid', `${file} is not JSON`, { cause });
  }
  const parsed = CastFile.safeParse(json);
  if (!parsed.success) throw new KioskError('cast.invalid', `${file}: ${problems(parsed.error)}`);
  const { cards, visitors } = parsed.data;
  return {
    cards,
    visitors: await Promise.all(
      visitors.map(async ({ label, document, faces, clip, attack, service, behaviour }, index): Promise<Visitor> => ({
        label: label ?? `visitor ${index + 1}`,
        behaviour,
        service,
        faces: await Promise.all(faces.map((face) => load(resolve(base, face)))),
        ...(document && {
          document: {
            fields: fieldsOf(document),
            photo: document.photo === undefined ? new Uint8Array() : await load(resolve(base, document.photo)),
          },
        }),
        ...(attack && { attack }),
        ...(clip !== undefined && { clip: await loadClip(resolve(base, clip)) }),
      })),
    ),
  };
}

/** Where and of which kind, never the value: it may be somebody's name. */
function problems(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

const TYPES = {
  resident: { type: 'resident' },
  'hmt-residence-permit': { type: 'hmt-residence-permit' },
  J: { type: 'hmt-residence-permit' },
  'foreign-permanent-resident': { type: 'foreign-permanent-resident', layout: 'Y' },
  Y: { type: 'foreign-permanent-resident', layout: 'Y' },
  I: { type: 'foreign-permanent-resident', layout: 'I' },
} as const;

function fieldsOf({ type, birth, ...rest }: Omit<z.infer<typeof Document>, 'photo'>): CastDocument {
  const old = type === 'foreign-permanent-resident' && /^[A-Z]{3}\d{12}$/.test(rest.number);
  return { ...TYPES[old ? 'I' : type], ...rest, birth: birth ?? rest.number.slice(6, 14) };
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
