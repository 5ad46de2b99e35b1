import { z } from 'zod';
import type { CastDocument } from './id-reader/card-text-writer.js';
import type { MrzDocument } from './id-reader/mrz-writer.js';

const TYPES = {
  resident: { type: 'resident' },
  'hmt-residence-permit': { type: 'hmt-residence-permit' },
  J: { type: 'hmt-residence-permit' },
  'foreign-permanent-resident': { type: 'foreign-permanent-resident', layout: 'Y' },
  Y: { type: 'foreign-permanent-resident', layout: 'Y' },
  I: { type: 'foreign-permanent-resident', layout: 'I' },
} as const;
const CHIP_LAYOUTS = ['I', 'Y'] as const;
const ZONE_LAYOUTS = ['TD1', 'TD2', 'TD3'] as const;

/** A document in a cast file: of the three kinds with a chip, or `mrz`, which needs a birth and a nationality. */
export const DocumentInCast = z
  .object({
    type: z
      .enum(['resident', 'hmt-residence-permit', 'foreign-permanent-resident', 'J', 'I', 'Y', 'mrz'])
      .default('resident'),
    layout: z.enum([...CHIP_LAYOUTS, ...ZONE_LAYOUTS]).exactOptional(),
    name: z.string(),
    chineseName: z.string().exactOptional(),
    sex: z.string().default('1'),
    ethnicity: z.string().default('01'),
    birth: z.string().exactOptional(),
    address: z.string().default(''),
    number: z.string(),
    authority: z.string().default(''),
    nationality: z.string().exactOptional(),
    issuer: z.string().exactOptional(),
    validFrom: z.string().default('20200101'),
    validTo: z.string().default('20400101'),
    /** Left out: the photo field, or the place for the photo, is empty. */
    photo: z.string().exactOptional(),
  })
  .superRefine(({ type, birth, nationality }, context) => {
    if (type !== 'mrz') return;
    for (const [key, value] of Object.entries({ birth, nationality }))
      if (value === undefined) context.addIssue({ code: 'custom', path: [key], message: 'needed for type mrz' });
  });
export type DocumentInCast = z.infer<typeof DocumentInCast>;

/** What is stored in the chip of a card. */
export function chipFields(type: keyof typeof TYPES, document: DocumentInCast): CastDocument {
  const { layout, ...rest } = document;
  const old = type === 'foreign-permanent-resident' && /^[A-Z]{3}\d{12}$/.test(rest.number);
  const chosen = CHIP_LAYOUTS.find((name) => name === layout);
  return {
    ...rest,
    ...TYPES[old ? 'I' : type],
    ...(chosen && { layout: chosen }),
    birth: rest.birth ?? rest.number.slice(6, 14),
  };
}

/** What is printed in a machine-readable zone. */
export function zoneFields(document: DocumentInCast): MrzDocument {
  const { name, sex, birth = '', number, nationality = '', issuer, validTo } = document;
  return {
    type: 'mrz',
    layout: ZONE_LAYOUTS.find((name) => name === document.layout) ?? 'TD3',
    name,
    sex,
    birth,
    number,
    nationality,
    ...(issuer !== undefined && { issuer }),
    validTo,
  };
}
