/** Cuts a stream into MQTT control packets (MQTT 5, §2.1: a byte of type, the remaining length in 7 bits a byte). */
export class MqttFrames {
  #rest: Buffer = Buffer.alloc(0);

  take(bytes: Buffer): readonly Buffer[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const frames: Buffer[] = [];
    for (let size = this.#next(); size !== undefined && size <= this.#rest.length; size = this.#next()) {
      frames.push(this.#rest.subarray(0, size));
      this.#rest = this.#rest.subarray(size);
    }
    return frames;
  }

  /** @returns the length of the first packet; undefined while its header is not whole */
  #next(): number | undefined {
    let remaining = 0;
    for (let i = 1; i <= 4; i += 1) {
      const byte = this.#rest[i];
      if (byte === undefined) return undefined;
      remaining += (byte & 0x7f) * 128 ** (i - 1);
      if (byte < 0x80) return 1 + i + remaining;
    }
    throw new Error('no MQTT packet');
  }
}
