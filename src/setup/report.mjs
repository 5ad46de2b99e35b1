// @ts-check
/**
 * What the set-up tells: every line goes to stderr, so that stdout belongs to the program that is started afterwards.
 * @typedef {{ line(text: string): void, begin(step: string): (summary: string) => void }} Report
 */

/** @type {(milliseconds: number) => string} */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0)} s`;

/** @type {(bytes: number) => string} */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

const toStderr = (/** @type {string} */ text) => process.stderr.write(text);

/** @type {(write?: (text: string) => unknown) => Report} */
export function createReport(write = toStderr) {
  const line = (/** @type {string} */ text) => write(`set-up: ${text}\n`);
  return {
    line,
    begin(step) {
      const started = performance.now();
      return (summary) => line(`${step} ${summary} (${seconds(performance.now() - started)})`);
    },
  };
}
