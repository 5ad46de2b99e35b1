import type { Clock } from '../../../src/contracts/clock.js';
import { KioskError, codeOf, type ErrorCode } from '../../../src/errors.js';
import { commands, DONE, FOUND, statusError, statusWords, type Command } from './constants.js';
import { responseOf, type ParsedFrame, type Response } from './frame.js';
import type { SerialLine } from '../../serial/line.js';
import { FrameParser } from './parser.js';
import { Turns } from '../turns.js';
import { requestFrame } from './writer.js';

/** Sends one command. Rejects with `reader.offline`, `reader.no-answer` or `reader.bad-frame`. */
export type Ask = (command: Command) => Promise<Response>;

interface Waiting {
  readonly command: Command;
  resolve(response: Response): void;
  reject(error: KioskError): void;
}

const RETRIED: readonly ErrorCode[] = ['reader.bad-frame', 'reader.no-answer'];

/** Commands and their answers, one after the other. A bad frame and a missing answer are tried once more. */
export class Exchange {
  readonly #parser = new FrameParser();
  readonly #turns = new Turns();
  #waiting: Waiting | undefined;

  constructor(
    private readonly line: () => SerialLine,
    private readonly clock: Clock,
  ) {}

  /** A dialogue that nothing else comes between. */
  run<T>(dialogue: (ask: Ask) => Promise<T>): Promise<T> {
    return this.#turns.run(() => dialogue((command) => this.#ask(command)));
  }

  onData(bytes: Uint8Array): void {
    for (const frame of this.#parser.push(bytes)) this.#take(frame);
  }

  onDown(): void {
    this.#parser.reset();
    this.#waiting?.reject(new KioskError('reader.offline', 'line lost'));
  }

  async #ask(command: Command): Promise<Response> {
    try {
      return await this.#attempt(command);
    } catch (error) {
      if (!RETRIED.includes(codeOf(error))) throw error;
      return this.#attempt(command);
    }
  }

  async #attempt(command: Command): Promise<Response> {
    const line = this.line();
    if (!line.isOpen) throw new KioskError('reader.offline', 'port not open');
    this.#parser.reset();
    let cancel = (): void => undefined;
    const answer = new Promise<Response>((resolve, reject) => {
      this.#waiting = { command, resolve, reject };
      cancel = this.clock.after(command.timeoutMs, () =>
        reject(
          this.#parser.pending()
            ? new KioskError('reader.bad-frame', 'an answer without its end')
            : new KioskError('reader.no-answer'),
        ),
      );
    });
    line.write(requestFrame(command));
    try {
      const response = await answer;
      if (statusWords.get(response.status)?.code === 'reader.bad-frame') throw statusError(response.status);
      return response;
    } finally {
      cancel();
      this.#waiting = undefined;
      this.#parser.reset();
    }
  }

  #take(frame: ParsedFrame): void {
    const waiting = this.#waiting;
    if (frame.kind === 'bad') {
      this.#waiting = undefined;
      waiting?.reject(new KioskError('reader.bad-frame', `wrong ${frame.flaw}`));
      return;
    }
    const response = responseOf(frame.body);
    if (!waiting || !mayAnswer(waiting.command, response)) {
      frame.body.fill(0);
      return;
    }
    this.#waiting = undefined;
    waiting.resolve(response);
  }
}

/** No short command has a longer answer. */
const SHORT_ANSWER = 64;

/** Answers do not name their command: one that cannot belong to it is a late answer to an earlier one. */
function mayAnswer(command: Command, { status, data }: Response): boolean {
  if (status === FOUND) return command === commands.find;
  if (status !== DONE) return true;
  return command !== commands.find && data.length <= SHORT_ANSWER === (command !== commands.read);
}
