import fc from 'fast-check';
import { test } from 'tap';
import { codeOf } from '../../../src/errors.js';
import { parsePairs } from '../../../src/face/bench/pairs.js';

test('pairs.txt of LFW names pictures by person and number, with or without its header', (t) => {
  const body = 'Abel_Pacheco\t1\t4\nAbdel_Madi_Shabneh\t1\tDean_Barker\t1\n';
  for (const text of [`1\t1\n${body}`, `1\r\n${body.replaceAll('\n', '\r\n')}`, body, body.replaceAll('\t', ' ')]) {
    const { pairs, people } = parsePairs(text);
    t.same(pairs, [
      { a: 'Abel_Pacheco/Abel_Pacheco_0001.jpg', b: 'Abel_Pacheco/Abel_Pacheco_0004.jpg', same: true },
      { a: 'Abdel_Madi_Shabneh/Abdel_Madi_Shabneh_0001.jpg', b: 'Dean_Barker/Dean_Barker_0001.jpg', same: false },
    ]);
    t.equal(people?.get('Dean_Barker/Dean_Barker_0001.jpg'), 'Dean_Barker');
    t.equal(people?.size, 4);
  }
  t.end();
});

test('a CSV names files and a decision, in any order of columns, and does not say who is shown', (t) => {
  const { pairs, people } = parsePairs('Decision,file_x,file_y\nYes,a.jpg,"b, 2.jpg"\nNo,a.jpg,c.jpg\n');
  t.same(pairs, [
    { a: 'a.jpg', b: 'b, 2.jpg', same: true },
    { a: 'a.jpg', b: 'c.jpg', same: false },
  ]);
  t.equal(people, undefined);
  t.end();
});

test('fields may be quoted, also around commas, quotes and blanks, or empty', (t) => {
  const { pairs } = parsePairs('file_x,file_y,Decision,\n "a ""1"".jpg" ,  "b, .jpg", Yes,\n a b.jpg ,"c",no,""');
  t.same(pairs, [
    { a: 'a "1".jpg', b: 'b, .jpg', same: true },
    { a: 'a b.jpg', b: 'c', same: false },
  ]);
  t.end();
});

test('a line takes no longer than in proportion to its length, whatever is in it', (t) => {
  const [blanks, quotes] = [' '.repeat(30_000), '"'.repeat(30_001)];
  for (const line of [`a${blanks}"`, `${blanks}"`, `"${blanks}"${blanks}x`, `${quotes}x`, `"${blanks}${quotes}x`]) {
    const began = performance.now();
    t.throws(() => parsePairs(`file_x,file_y,Decision\n${line},b,Yes`), { code: 'bench.pairs-invalid' });
    const ms = performance.now() - began;
    t.ok(ms < 1_000, `${ms} ms`);
  }
  t.end();
});

test('the header says how many pairs the list should have', (t) => {
  const promised = (header: string): number | undefined => parsePairs(`${header}Abel 1 2`).promised;
  t.same(['10 300\n', '1100\n', ''].map(promised), [6_000, 2_200, undefined]);
  t.end();
});

test('a list that is neither is refused with the line that is wrong', (t) => {
  for (const [text, detail] of [
    ['', 'no pairs'],
    ['10 300', 'no pairs'],
    ['10 300\nAbel 1 2\nAbel one 2', 'line 3'],
    ['a,b\nx.jpg,y.jpg', 'the header is not file_x,file_y,Decision'],
    ['file_x,file_y,Decision\na.jpg,b.jpg,Perhaps', 'line 2'],
    ['file_x,file_y,Decision\n\na.jpg', 'line 3'],
    ['file_x,file_y,Decision\n"a.jpg,b.jpg,Yes', 'line 2'],
    ['file_x,file_y,Decision\na.jpg,b"c.jpg,Yes', 'line 2'],
  ] as const) {
    t.throws(() => parsePairs(text), { code: 'bench.pairs-invalid', detail }, text);
  }
  t.end();
});

test('no text whatsoever breaks the parser', (t) => {
  const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\t', ' ') }));
  fc.assert(
    fc.property(text, (list) => {
      try {
        parsePairs(list);
      } catch (error) {
        t.equal(codeOf(error), 'bench.pairs-invalid');
      }
    }),
  );
  t.end();
});
