import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { test } from 'tap';
import { createOnnxEngine } from '../../drivers/face-engine/onnx.js';
import { similarityOf } from '../../src/face/compare.js';
import type { Template } from '../../src/face/embed.js';
import { createFaceFinder } from '../../src/face/finder.js';
import { analyse } from '../../src/face/frame.js';
import { embed } from '../../src/face/embed.js';
import { readModelSet } from '../../src/face/manifest.js';
import { stillTemplate } from '../../src/face/still.js';
import { limitsOf } from '../../src/face/verdict.js';
import { codeOf } from '../../src/errors.js';
import { modelsDir } from '../../src/lib/paths.js';
import { castPhotos, idPhoto, noPhotographs, photographs } from './pictures.js';

const engine = await createOnnxEngine({ set: readModelSet(modelsDir) });
const finder = createFaceFinder(engine);
const { mean: threshold } = limitsOf(readModelSet(modelsDir));

interface Person {
  readonly still: Template;
  readonly live: Template | undefined;
  readonly onDocument: Template;
}

async function person(photo: Uint8Array): Promise<Person> {
  const { aligned } = await analyse(engine, photo, 0);
  return {
    still: await stillTemplate(engine, photo),
    live: aligned && (await embed(engine, aligned)),
    onDocument: await stillTemplate(engine, await idPhoto(finder, photo)),
  };
}

test(
  'photographs of different people on file and on documents: nobody passes for another',
  { skip: noPhotographs },
  async (t) => {
    const folder = join(photographs, 'people');
    const table = await readFile(join(folder, 'pairs.csv'), 'utf8');
    const pairs = table
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(','));
    const people = new Map<string, Person>();
    const unusable: string[] = [];
    for (const name of new Set(pairs.flatMap((pair) => pair.slice(0, 2)))) {
      try {
        people.set(name, await person(await readFile(join(folder, name))));
      } catch (error) {
        unusable.push(`${name} ${codeOf(error)}`);
      }
    }
    const count = { genuine: 0, missed: 0, missedDocuments: 0, impostors: 0, falseMatches: 0 };
    for (const [x = '', y = '', decision] of pairs) {
      const [a, b] = [people.get(x), people.get(y)];
      if (!a || !b) continue;
      const still = similarityOf(a.still, b.still) >= threshold;
      const documents = [[a, b] as const, [b, a] as const].flatMap(([id, { live }]) =>
        live ? [similarityOf(id.onDocument, live) >= threshold] : [],
      );
      if (decision === 'Yes') {
        count.genuine += 1;
        count.missed += still ? 0 : 1;
        count.missedDocuments += documents.filter((match) => !match).length / 2;
      } else {
        count.impostors += 1;
        count.falseMatches += [still, ...documents].filter(Boolean).length;
      }
    }
    t.comment(JSON.stringify({ threshold, ...count, unusable }));
    t.equal(count.falseMatches, 0);
    t.ok(count.missed <= 0.05 * count.genuine, 'files');
    t.ok(count.missedDocuments <= 0.1 * count.genuine, 'a live face against 1,024 bytes of photograph');
    t.ok(unusable.length <= 1, unusable.join());
  },
);

test('of the demo’s people each matches their own document and nobody else’s', async (t) => {
  const people = await Promise.all((await castPhotos()).map(person));
  t.ok(people.length >= 2);
  people.forEach(({ live }, i) => {
    people.forEach(({ onDocument }, j) => {
      t.equal(live && similarityOf(onDocument, live) >= threshold, i === j, `face ${i + 1}, document ${j + 1}`);
    });
  });
});

t.teardown(() => engine.close());
