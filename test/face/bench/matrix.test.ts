import fc from 'fast-check';
import { test } from 'tap';
import { crossCompare, TemplateMatrix } from '../../../src/face/bench/matrix.js';

/** A person and the values of a template. */
const template = fc.tuple(
  fc.integer({ min: 0, max: 3 }),
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }),
);
type Row = readonly [number, readonly number[]];

function matrixOf(rows: readonly Row[]): TemplateMatrix {
  const matrix = new TemplateMatrix(rows.length);
  for (const [person, values] of rows) matrix.push(Float32Array.from(values), person);
  return matrix;
}

function scoresOf(references: TemplateMatrix, probes: TemplateMatrix): number[] {
  const scores: number[] = [];
  crossCompare(references, probes, (score) => scores.push(score));
  return scores.sort((a, b) => a - b);
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

test('within one set every two pictures of different people are compared once', (t) => {
  fc.assert(
    fc.property(fc.array(template, { maxLength: 12 }), (rows) => {
      const expected = rows.flatMap(([person, values], i) =>
        rows.slice(i + 1).flatMap(([other, others]) => (person === other ? [] : [dot(values, others)])),
      );
      const matrix = matrixOf(rows);
      t.same(
        scoresOf(matrix, matrix),
        expected.sort((a, b) => a - b),
      );
    }),
  );
  t.end();
});

test('between references and probes every picture meets every one of somebody else', (t) => {
  const rows = fc.array(template, { maxLength: 10 });
  fc.assert(
    fc.property(rows, rows, (references, probes) => {
      const expected = references.flatMap(([person, values]) =>
        probes.flatMap(([other, others]) => (person === other ? [] : [dot(values, others)])),
      );
      t.same(
        scoresOf(matrixOf(references), matrixOf(probes)),
        expected.sort((a, b) => a - b),
      );
    }),
  );
  t.end();
});
