import type { Template } from './embed.js';

/** Cosine of two templates, −1…1: higher is more alike. */
export function similarityOf(a: Template, b: Template): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}
