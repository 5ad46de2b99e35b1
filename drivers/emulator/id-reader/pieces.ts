const MOST_AT_ONCE = 16;

/** Bytes in small pieces, as a serial line may deliver them. @param random 0 … 1 */
export function pieces(bytes: Uint8Array, random: () => number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + Math.floor(random() * MOST_AT_ONCE);
    found.push(bytes.subarray(at, end));
    at = end;
  }
  return found;
}
