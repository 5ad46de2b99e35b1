/** What one file of tests said in the guest. */
export interface Finding {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly string[];
  readonly output: string;
  readonly ms: number;
}

/**
 * @param lines what the guest wrote: one finding a line
 * @param tests what it was asked to run
 * @returns a finding a test; one without a verdict has failed
 */
export function readVerdict(lines: string, tests: readonly string[], ending: string): Finding[] {
  const found = lines.split('\n').flatMap((line) => parse(line) ?? []);
  return tests.map(
    (file) =>
      found.find((finding) => finding.file === file) ?? {
        file,
        passed: 0,
        failed: 1,
        skips: [],
        output: `no verdict: ${ending} before this test had one\n`,
        ms: 0,
      },
  );
}

/** The last line is cut when the machine died while it was written. */
function parse(line: string): Finding | undefined {
  try {
    return JSON.parse(line) as Finding;
  } catch {
    return undefined;
  }
}
