import { KioskError } from '../../errors.js';

/** Two pictures of a labelled set and whether they show one person. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

/** A labelled set: pictures are named by their paths in the folder of images. */
export interface LabelledSet {
  readonly pairs: readonly Pair[];
  /** Who is shown, by picture. Left out where the layout does not say: then only the listed pairs are known. */
  readonly people?: ReadonlyMap<string, string>;
  /** How many pairs the list says that it has. */
  readonly promised?: number;
}

/**
 * Reads a list of pairs, in the layout that its lines have:
 * - `pairs.txt` of LFW: a header, then `name i j` (one person) or `name i name j` (two), where picture i of a person is
 *   `name/name_000i.jpg`. The header, which may be missing, has the pairs of one person in each fold, as many as of two,
 *   and before it the number of folds unless that is one;
 * - CSV with the header `file_x,file_y,Decision`, `Yes` for one person and `No` for two.
 * @throws `bench.pairs-invalid`; the detail names the line
 */
export function parsePairs(text: string): LabelledSet {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, i) => ({ text: line.trim(), number: i + 1 }))
    .filter((line) => line.text !== '');
  const set = lines[0]?.text.includes(',') ? parseCsv(lines) : parseLfw(lines);
  if (set.pairs.length === 0) throw new KioskError('bench.pairs-invalid', 'no pairs');
  return set;
}

interface Line {
  readonly text: string;
  readonly number: number;
}

function parseLfw(lines: readonly Line[]): LabelledSet {
  const people = new Map<string, string>();
  const picture = (name: string, index: string): string => {
    const file = `${name}/${name}_${index.padStart(4, '0')}.jpg`;
    people.set(file, name);
    return file;
  };
  const promised = promisedPairs(lines[0]);
  const body = promised === undefined ? lines : lines.slice(1);
  const pairs = body.map((line): Pair => {
    const fields = line.text.split(line.text.includes('\t') ? /\t+/ : /\s+/).map((field) => field.trim());
    const [name = '', i = '', third = '', j = ''] = fields;
    const isNumber = (field: string): boolean => /^\d+$/.test(field);
    if (fields.length === 3 && isNumber(i) && isNumber(third)) {
      return { a: picture(name, i), b: picture(name, third), same: true };
    }
    if (fields.length === 4 && isNumber(i) && isNumber(j)) {
      return { a: picture(name, i), b: picture(third, j), same: name === third };
    }
    throw new KioskError('bench.pairs-invalid', `line ${line.number}`);
  });
  return { pairs, people, ...(promised !== undefined && { promised }) };
}

/** How many pairs a header promises; undefined of a line that is none. */
function promisedPairs(line: Line | undefined): number | undefined {
  const header = /^(?:(\d+)\s+)?(\d+)$/.exec(line?.text ?? '');
  if (!header) return undefined;
  const [, folds = '1', each] = header;
  return 2 * Number(folds) * Number(each);
}

const DECISIONS: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  '1': true,
  same: true,
  no: false,
  false: false,
  '0': false,
  different: false,
};

function parseCsv([header, ...lines]: readonly Line[]): LabelledSet {
  const columns = (header ? fieldsOf(header) : []).map((name) => name.toLowerCase());
  const [x, y, decision] = ['file_x', 'file_y', 'decision'].map((name) => columns.indexOf(name));
  if (x === undefined || y === undefined || decision === undefined || Math.min(x, y, decision) < 0) {
    throw new KioskError('bench.pairs-invalid', 'the header is not file_x,file_y,Decision');
  }
  const pairs = lines.map((line): Pair => {
    const fields = fieldsOf(line);
    const [a, b, same] = [fields[x], fields[y], DECISIONS[fields[decision]?.toLowerCase() ?? '']];
    if (!a || !b || same === undefined) throw new KioskError('bench.pairs-invalid', `line ${line.number}`);
    return { a, b, same };
  });
  return { pairs };
}

/** A field and what ends it; what it begins with tells which of the two it is, so that no line takes more than one pass. */
const FIELD = /(?:\s*"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/y;

/** Fields may be quoted; a quote within quotes is doubled (RFC 4180 §2). @throws `bench.pairs-invalid` */
function fieldsOf({ text, number }: Line): string[] {
  const fields: string[] = [];
  FIELD.lastIndex = 0;
  for (let end = ','; end === ',';) {
    const field = FIELD.exec(text);
    if (!field) throw new KioskError('bench.pairs-invalid', `line ${number}`);
    const [, quoted, plain = '', after = ''] = field;
    fields.push(quoted?.replaceAll('""', '"') ?? plain.trim());
    end = after;
  }
  return fields;
}
