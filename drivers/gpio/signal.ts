import type { InputRequest, OutputRequest } from '../../src/contracts/gpio.js';

/** An output line by its name or offset; in full where its polarity differs from the default. */
export type OutputSignal = string | OutputRequest;

/** An input line by its name or offset; in full where polarity or bias differ from the default. */
export type InputSignal = string | Omit<InputRequest, 'debounceUs'>;

export function lineOf(signal: OutputSignal | InputSignal): string {
  return typeof signal === 'string' ? signal : signal.line;
}

export function outputRequest(signal: OutputSignal): OutputRequest {
  if (typeof signal === 'string') return { line: signal };
  const { line, activeLow = false } = signal;
  return { line, activeLow };
}

export function inputRequest(signal: InputSignal, debounceMs: number): InputRequest {
  return { ...(typeof signal === 'string' ? { line: signal } : signal), debounceUs: debounceMs * 1_000 };
}
