import type { DetPoint } from '../face/bench/det.js';

const SIZE = { width: 640, height: 480, left: 70, right: 20, top: 20, bottom: 60 } as const;
/** Where the axes end: points with a smaller rate are left out. */
const LEAST = { fmr: 1e-6, fnmr: 1e-4 } as const;

/** A DET curve as SVG: FNMR over FMR, both logarithmic. */
export function drawDet(points: readonly DetPoint[]): string {
  const x = axis(LEAST.fmr, SIZE.left, SIZE.width - SIZE.right);
  const y = axis(LEAST.fnmr, SIZE.height - SIZE.bottom, SIZE.top);
  const [bottom, right] = [SIZE.height - SIZE.bottom, SIZE.width - SIZE.right];
  const curve = points
    .filter(({ fmr, fnmr }) => fmr >= LEAST.fmr && fnmr >= LEAST.fnmr)
    .map(({ fmr, fnmr }) => `${x.at(fmr).toFixed(1)},${y.at(fnmr).toFixed(1)}`)
    .join(' ');
  const grid = [
    ...x.decades.flatMap((rate) => {
      const at = x.at(rate).toFixed(1);
      return [line(at, SIZE.top, at, bottom), label(at, bottom + 18, 'middle', rate)];
    }),
    ...y.decades.flatMap((rate) => {
      const at = y.at(rate).toFixed(1);
      return [line(SIZE.left, at, right, at), label(SIZE.left - 8, Number(at) + 4, 'end', rate)];
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${grid.join('\n')}
<text x="${(SIZE.left + right) / 2}" y="${SIZE.height - 16}" text-anchor="middle">false match rate (FMR)</text>
<text transform="translate(18 ${(SIZE.top + bottom) / 2}) rotate(-90)" text-anchor="middle">false non-match rate (FNMR)</text>
<polyline points="${curve}" fill="none" stroke="#0050a0" stroke-width="2"/>
</svg>
`;
}

/** Places rates from `least` to 1 between two coordinates, by their logarithm. */
function axis(least: number, from: number, to: number): { at(rate: number): number; decades: readonly number[] } {
  const decades = Math.round(-Math.log10(least));
  return {
    at: (rate) => from + (to - from) * (1 + Math.log10(rate) / decades),
    decades: Array.from({ length: decades + 1 }, (_, i) => Number(`1e-${i}`)),
  };
}

function line(x1: string | number, y1: string | number, x2: string | number, y2: string | number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#ddd"/>`;
}

function label(x: string | number, y: number, anchor: string, rate: number): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${rate < 1e-3 ? rate.toExponential(0) : rate}</text>`;
}
