import type { FaceEngineName } from '../contracts/face-engine.js';
import { compareFiles } from './face-compare.js';
import { COMPARED, printJson } from './command.js';

export interface CompareOptions {
  readonly engine: FaceEngineName;
  readonly json?: boolean;
}

/** `simkiosk face compare`: exit 0 match, 1 no match, 2 nothing was compared. */
export async function faceCompare(a: string, b: string, options: CompareOptions): Promise<void> {
  const result = await compareFiles(a, b, { engine: options.engine });
  if (options.json) printJson(result);
  else process.stdout.write(`${sentence(result)}\n`);
  process.exitCode = COMPARED[result.decision];
}

function sentence(result: Awaited<ReturnType<typeof compareFiles>>): string {
  if (result.decision === 'not-comparable')
    return `not comparable: ${result.reason ?? ''}${result.file ? ` (picture ${result.file})` : ''}`;
  return `${result.decision}: similarity ${(result.similarity ?? 0).toFixed(3)}, threshold ${result.threshold.toFixed(3)}`;
}
