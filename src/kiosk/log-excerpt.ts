import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LOG_LEVELS, MOST_PARTS, PART_BYTES, type CommandArgs, type CommandResult } from '../fleet/commands.js';
import { parseJson } from '../fleet/messages.js';

const compress = promisify(gzip);

interface Excerpt {
  readonly result: CommandResult<'log-excerpt'>;
  readonly gzip: Buffer;
}

/** The lines of a log that were asked for, the newest of them when they are too many, compressed. */
export async function excerptOf(lines: readonly string[], asked: CommandArgs<'log-excerpt'>): Promise<Excerpt> {
  const found = lines.filter((line) => isAskedFor(line, asked)).map(redacted);
  let from = 0;
  for (;;) {
    const gzipped = await compress(found.slice(from).join(''));
    if (gzipped.length <= MOST_PARTS * PART_BYTES)
      return { result: { lines: found.length - from, leftOut: from }, gzip: gzipped };
    from += Math.ceil((found.length - from) / 2);
  }
}

/** A line that is not one of ours has no time and no level, and is left out. */
function isAskedFor(line: string, { from, to, level }: CommandArgs<'log-excerpt'>): boolean {
  const said = parseJson(line);
  if (typeof said !== 'object' || said === null || !('time' in said) || !('level' in said)) return false;
  const at = Date.parse(String(said.time));
  const rank = (name: unknown): number => LOG_LEVELS.findIndex((known) => known === name);
  if (from !== undefined && at < Date.parse(from)) return false;
  return !(to !== undefined && at > Date.parse(to)) && rank(said.level) >= rank(level);
}

/**
 * No log has a name or a number in it. Should one ever come in by an error of somebody else's library: of a long number
 * (a document's, a telephone's, a card's) only the end stays, and of what is written in another script than ours nothing.
 */
export function redacted(line: string): string {
  return line
    .replaceAll(IDENTIFIER_OR_NUMBER, (found) => (/^\d+$/.test(found) ? `…${found.slice(-4)}` : found))
    .replaceAll(/[^\P{L}\p{Script=Latin}]+/gu, '…');
}

/** What is made of hexadecimal digits by a machine stays whole: a UUID, a hash. */
const IDENTIFIER_OR_NUMBER = /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b|\b(?=\d*[a-f])[\da-f]{32,64}\b|\d{8,}/g;
