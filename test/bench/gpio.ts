import type { GpioChip } from '../../src/contracts/gpio.js';

/** Edge-to-event latency of a GPIO driver. Microseconds. */
export interface Latency {
  readonly edges: number;
  readonly median: number;
  readonly p99: number;
}

const WARM_UP = 50;

/**
 * How long it takes from before a level on the wire is changed until the program is told of the edge.
 * @param drive changes the level on the wire of `line`, an input that is low and held by nobody
 */
export async function measureLatency(
  gpio: GpioChip,
  line: string,
  drive: (level: boolean) => void,
  edges: number,
): Promise<Latency> {
  await gpio.requestInputs([{ line }]);
  const took: number[] = [];
  for (let i = 0; i < WARM_UP + edges; i += 1) {
    const heard = new Promise<bigint>((resolve) => {
      const remove = gpio.onEdge(() => {
        remove();
        resolve(process.hrtime.bigint());
      });
    });
    const start = process.hrtime.bigint();
    drive(i % 2 === 0);
    const end = await heard;
    if (i >= WARM_UP) took.push(Number(end - start) / 1_000);
  }
  took.sort((a, b) => a - b);
  const quantile = (q: number): number => Math.round(took[Math.floor(q * (took.length - 1))] ?? NaN);
  return { edges, median: quantile(0.5), p99: quantile(0.99) };
}
