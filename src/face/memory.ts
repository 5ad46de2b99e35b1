/** Memory of pictures, all zero, to be used again: what is new for each frame would wait long to be collected. */
const spare = new Map<number, Float32Array<ArrayBuffer>>();

/** So many zeros. */
export function borrow(size: number): Float32Array<ArrayBuffer> {
  const memory = spare.get(size) ?? new Float32Array(size);
  spare.delete(size);
  return memory;
}

/** Nobody has it any more. It is overwritten, and lent again. */
export function giveBack(memory: Float32Array<ArrayBuffer>): void {
  memory.fill(0);
  spare.set(memory.length, memory);
}
