/** The end of a serial line at which an emulated device sits; the driver is at the other. */
export interface FarEnd {
  /** @returns a function that removes the listener */
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Resolves when the bytes were handed over; rejects when the line was lost. */
  write(bytes: Uint8Array): Promise<void>;
}
