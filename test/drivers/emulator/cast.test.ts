import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { defaultCastFile, loadCast } from '../../../drivers/emulator/cast.js';
import { ownCast } from '../../../drivers/emulator/own-cast.js';
import { encodeCardText } from '../../../drivers/emulator/id-reader/card-text-writer.js';
import { encodeZone } from '../../../drivers/emulator/id-reader/mrz-writer.js';
import { decodeZone } from '../../../drivers/id-reader/mrz/document.js';
import { decodeCardText } from '../../../drivers/id-reader/sam/card-text.js';
import { checkDocument } from '../../../src/identity/rules.js';
import { citizenNumber, passport, portrait } from '../../support/cast.js';

const RULES = {
  accepted: ['resident', 'hmt-residence-permit', 'foreign-permanent-resident'],
  minimumAge: 16,
} as const;

async function castOf(t: Test, cast: unknown): Promise<string> {
  const file = join(t.testdir(), 'cast.json');
  await writeFile(file, typeof cast === 'string' ? cast : JSON.stringify(cast));
  return file;
}

test('the default cast shows at least a sale, an impostor, a card left behind, no consent and an expired document', async (t) => {
  const { cards, visitors } = await loadCast(defaultCastFile);
  t.ok(cards >= visitors.length);
  const reasons = visitors.map(({ document }) =>
    document ? checkDocument(decodeCardText(encodeCardText(document.fields)), RULES, '20261124') : 'none',
  );
  t.same(reasons.slice(0, 6), [undefined, undefined, undefined, undefined, 'document.expired', undefined]);
  t.same(
    visitors.slice(0, 6).map(({ behaviour }) => behaviour),
    ['takes-card', 'takes-card', 'leaves-card', 'declines-consent', 'takes-card', 'takes-card'],
  );
});

test('the document of who plays the customer is accepted, and carries their photograph', async (t) => {
  const { visitors } = await ownCast(portrait(1));
  const [visitor] = visitors;
  t.equal(visitors.length, 1);
  t.match(visitor, { behaviour: 'takes-card', service: 'new-sim', faces: [] });
  t.equal(
    visitor?.document && checkDocument(decodeCardText(encodeCardText(visitor.document.fields)), RULES, '20261124'),
    undefined,
  );
  t.same(visitor?.document?.photo, await readFile(portrait(1)));
});

test('documents of every layout can be cast, by type or by letter', async (t) => {
  const common = { name: 'SAMPLE, EMMA', sex: '2', birth: '19880229', photo: portrait(5) };
  const number = citizenNumber('19880229');
  const documents = [
    { ...common, type: 'resident', number },
    { ...common, type: 'hmt-residence-permit', number, passNumber: 'H12345678' },
    { ...common, type: 'J', number },
    { ...common, type: 'foreign-permanent-resident', number, nationality: 'GBR' },
    { ...common, type: 'Y', number, nationality: 'GBR' },
    { ...common, type: 'foreign-permanent-resident', number: 'GBR123456789012', nationality: 'GBR' },
    { ...common, type: 'I', number: 'GBR123456789012', nationality: 'GBR' },
  ];
  const { visitors } = await loadCast(await castOf(t, { visitors: documents.map((document) => ({ document })) }));
  const read = visitors.map(({ document }) => document && decodeCardText(encodeCardText(document.fields)));
  t.same(
    read.map((fields) => fields?.layout),
    [' ', 'J', 'J', 'Y', 'Y', 'I', 'I'],
  );
  for (const fields of read) t.equal(fields && checkDocument(fields, RULES, '20261124'), undefined);
});

test('passports and cards with a machine-readable zone can be cast', async (t) => {
  const documents = [
    passport(1),
    passport(2, { layout: 'TD1', issuer: 'CHE' }),
    passport(3, { layout: 'TD2', sex: 'X' }),
  ];
  const { visitors } = await loadCast(await castOf(t, { visitors: documents.map((document) => ({ document })) }));
  const read = visitors.map(({ passport }) => passport && decodeZone(encodeZone(passport.fields), '20261124'));
  t.match(read, [
    { layout: 'TD3', issuer: 'D', sex: 'F' },
    { layout: 'TD1', issuer: 'CHE' },
    { layout: 'TD2', sex: 'X' },
  ]);
  for (const fields of read)
    t.equal(fields && checkDocument(fields, { ...RULES, accepted: ['mrz'] }, '20261124'), undefined);
});

test('a cast that is wrong says where, never what', async (t) => {
  const secret = 'Somebody Private';
  const cases: readonly (readonly [unknown, RegExp])[] = [
    ['{', /not JSON/],
    [{ visitors: [] }, /visitors/],
    [{ visitors: [{ behaviour: secret }] }, /visitors\.0\.behaviour/],
    [{ visitors: [{ document: { name: secret, number: 7 } }] }, /visitors\.0\.document\.number/],
    [
      { visitors: [{ document: { type: 'mrz', name: secret, number: '7', birth: '19900101' } }] },
      /document\.nationality/,
    ],
    [{ visitors: [{ faces: ['nobody.jpg'] }] }, /nobody\.jpg/],
    [{ visitors: [{ clip: 'nowhere' }] }, /nowhere/],
  ];
  for (const [cast, detail] of cases) {
    const error: unknown = await loadCast(await castOf(t, cast)).catch((reason: unknown) => reason);
    t.match(error, { code: 'cast.invalid', detail });
    t.notOk(String(error).includes(secret));
  }
});
