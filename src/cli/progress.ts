const EVERY_MS = 5_000;

/** Tells on stderr how far a long run is: one line now and then, so that it can be read in a log as well. */
export class Progress {
  readonly #what: string;
  readonly #started = performance.now();
  #saidAt = performance.now();

  constructor(what: string) {
    this.#what = what;
  }

  show(done: number, total: number): void {
    const now = performance.now();
    if (now - this.#saidAt < EVERY_MS) return;
    const left = ((now - this.#started) / done) * (total - done);
    this.say(`${done}/${total} ${this.#what}, about ${duration(left)} left`);
  }

  say(text: string): void {
    this.#saidAt = performance.now();
    process.stderr.write(`${text}\n`);
  }
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
