import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { closeSync, openSync, readFileSync, readdirSync, readSync } from 'node:fs';

/** Resident memory of a process, megabytes (proc_pid_status(5)). */
export function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb ?? NaN) / 1_024;
}

const PIECE = 1 << 22;
const EMPTY = Buffer.alloc(PIECE);

/** All that a process holds in writable memory, region by region, without the pages that hold nothing (proc_pid_maps(5)). */
export function writableMemory(pid: number): readonly Buffer[] {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const regions: Buffer[] = [];
  try {
    for (const [, from = '', to = ''] of readFileSync(`/proc/${pid}/maps`, 'utf8').matchAll(/^(\w+)-(\w+) rw/gm)) {
      const pieces: Buffer[] = [];
      const end = parseInt(to, 16);
      for (let at = parseInt(from, 16); at < end; at += PIECE) {
        const piece = Buffer.alloc(Math.min(PIECE, end - at));
        try {
          readSync(memory, piece, 0, piece.length, at);
        } catch {
          // Freed meanwhile, or a device.
          continue;
        }
        if (!EMPTY.subarray(0, piece.length).equals(piece)) pieces.push(piece);
      }
      if (pieces.length > 0) regions.push(Buffer.concat(pieces));
    }
  } finally {
    closeSync(memory);
  }
  return regions;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What this process holds on to once everything that nobody needs is gone, megabytes. */
export function heldMb(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

/** Open file descriptors of a process. */
export const descriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** By how much a value grows a step, by least squares. */
export function slope(values: readonly number[]): number {
  const n = values.length;
  const middle = (n - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const [above, below] = values.reduce(
    ([a, b], value, i) => [a + (i - middle) * (value - mean), b + (i - middle) ** 2],
    [0, 0],
  );
  return below === 0 ? 0 : above / below;
}
