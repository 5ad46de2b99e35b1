import { test } from 'tap';
import { drawDet } from '../../src/cli/det-plot.js';

test('a rate that the axes do not reach is left out of the plot', (t) => {
  const points = [
    { fmr: 1e-7, fnmr: 0.5 },
    { fmr: 1e-6, fnmr: 0.1 },
    { fmr: 1e-3, fnmr: 1e-4 },
    { fmr: 1e-2, fnmr: 0.99e-4 },
    { fmr: 1, fnmr: 0 },
  ];
  const [, curve] = /<polyline points="([^"]*)"/.exec(drawDet(points)) ?? [];
  t.equal(curve, '70.0,120.0 345.0,420.0', 'FMR 1e-6 at the left edge, FNMR 1e-4 at the bottom');
  t.end();
});
