import type { Pictures } from './virtual-camera.js';

/** Somebody or something in front of the camera. */
export interface Performer {
  /** What the screen says now; it may say the same again and again. */
  asked(prompt: string): void;
  /** The next picture, JPEG. One caller at a time. */
  next(): Promise<Uint8Array>;
}

/** Frames that are shown as they are, again and again. */
export function still(frames: readonly Uint8Array[]): Performer {
  let index = -1;
  return {
    asked: () => undefined,
    next() {
      index += 1;
      return Promise.resolve(frames[index % frames.length] ?? new Uint8Array());
    },
  };
}

/**
 * A performer as pictures that are there at once: each time one is taken the next one is drawn. A camera that is faster
 * than the drawing waits: a real one never sees the same picture twice. @param before seen until the first one is there
 */
export function filmed(performer: Performer, before: Uint8Array): Pictures {
  let ready: Uint8Array | undefined = before;
  let failure: { readonly error: unknown } | undefined;
  let busy = false;
  const draw = (): void => {
    busy = true;
    performer.next().then(
      (picture) => {
        ready = picture;
        busy = false;
      },
      (error: unknown) => (failure = { error }),
    );
  };
  draw();
  return () => {
    if (failure) throw failure.error;
    if (!busy) draw();
    const picture = ready;
    ready = undefined;
    return picture;
  };
}
