/** Something that tells faces apart, as `npm run bench:face` measures it. */
export interface Contender<Descriptor> {
  /** The face of a JPEG; undefined when none is found. */
  describe(bytes: Uint8Array): Promise<Descriptor | undefined>;
  /** How alike two faces are: higher is more alike, −1…1. */
  score(a: Descriptor, b: Descriptor): number;
  /** The score at which two faces count as one by its own defaults. */
  readonly threshold: number;
}

/** What a contender is asked to do. Paths, and pairs by index of `images`. */
export interface Task {
  readonly frame: string;
  readonly document: string;
  readonly rounds: number;
  readonly images: readonly string[];
  readonly pairs: readonly (readonly [number, number])[];
}

/** What was measured in its process. */
export interface Measured {
  readonly match: boolean;
  /** From the start of the process to the first verdict. */
  readonly coldMs: number;
  /** JPEG → verdict, warm. */
  readonly ms: readonly number[];
  /** Processor time of one of them. */
  readonly cpuMs: number;
  readonly residentBytes: number;
  readonly peakBytes: number;
  /** Of the pairs; null where a face was not found. */
  readonly scores: readonly (number | null)[];
  readonly threshold: number;
}
