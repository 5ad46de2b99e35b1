/** Numbers 0 ≤ x < 1. */
export type Random = () => number;

const below = (random: Random, end: number): number => Math.floor(random() * end);

/** Bytes at which parsers stumble: ends of ranges, ends of lines, brackets, preambles. */
const AWKWARD = [
  0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff, 0xaa, 0x96, 0x69, 0xd8, 0xd9, 0x0a, 0x0d, 0x3c, 0x22, 0x5b, 0x7b, 0x30,
];
const WORDS = [
  ...[
    'null',
    'true',
    '-1',
    '1e400',
    '0.5',
    '9007199254740993',
    '""',
    '[]',
    '{}',
    '"__proto__"',
    '"\\u0000"',
    '"\\ud800"',
  ],
  ...['[[[[[[[[', '{"a":'.repeat(40), '<'.repeat(44), '8'.repeat(70), '\u{1f600}', '長期'],
].map((word) => Buffer.from(word));
const LONGEST = 4_096;

type Change = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const changes: readonly Change[] = [
  function flip(bytes, random) {
    const at = below(random, bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
    return bytes;
  },
  function awkward(bytes, random) {
    bytes[below(random, bytes.length)] = AWKWARD[below(random, AWKWARD.length)] ?? 0;
    return bytes;
  },
  function cutOff(bytes, random) {
    return bytes.subarray(0, below(random, bytes.length + 1));
  },
  function leaveOut(bytes, random) {
    const at = below(random, bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + below(random, 16))]);
  },
  function repeat(bytes, random) {
    const at = below(random, bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - below(random, 64)))]);
  },
  function insert(bytes, random) {
    const at = below(random, bytes.length + 1);
    const word = WORDS[below(random, WORDS.length)] ?? Buffer.alloc(0);
    return Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(at + below(random, word.length + 1))]);
  },
  function cross(bytes, random, other) {
    return Buffer.concat([
      bytes.subarray(0, below(random, bytes.length + 1)),
      other.subarray(below(random, other.length + 1)),
    ]);
  },
];

/** Bytes at random, or one of the good inputs with some changes. Never one of the good ones itself. */
export function mutated(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  if (random() < 0.05) return Uint8Array.from({ length: below(random, 512) }, () => below(random, 256));
  const pick = (): Buffer => Buffer.from(seeds[below(random, seeds.length)] ?? []);
  let bytes = pick();
  for (let left = 1 + below(random, 6); left > 0; left -= 1)
    bytes = (changes[below(random, changes.length)] ?? ((same) => same))(bytes, random, pick());
  return Uint8Array.from(bytes.subarray(0, LONGEST));
}
