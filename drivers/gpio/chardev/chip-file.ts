import { closeSync, constants, openSync } from 'node:fs';
import { KioskError } from '../../../src/errors.js';
import { errnoOf, gpioError } from '../system-error.js';
import { chipInfo, lineInfo, requestLines, type ChipInfo } from './calls.js';
import type { LineConfig } from './line-config.js';
import { GPIO_V2_LINES_MAX } from './uapi.js';

/** What a device says that does not know the call (EINVAL: gpiolib of kernels before 5.10). */
const UNKNOWN_CALL = new Set(['ENOTTY', 'EINVAL']);

export interface LineOfChip {
  readonly line: string;
  readonly offset: number;
}

/** An open `/dev/gpiochipN`. */
export class ChipFile {
  readonly path: string;
  readonly fd: number;
  readonly info: ChipInfo;
  /** Offsets of the lines that have a name; of two lines of one name, the first. */
  readonly names: ReadonlyMap<string, number>;

  /** @throws `gpio.chip-missing`, `gpio.no-access`, `gpio.unsupported` */
  constructor(path: string) {
    this.path = path;
    try {
      this.fd = openSync(path, constants.O_RDWR);
    } catch (error) {
      throw gpioError(error, path);
    }
    try {
      this.info = this.#identify();
      this.names = this.#readNames();
    } catch (error) {
      closeSync(this.fd);
      throw error;
    }
  }

  /** @throws `gpio.chip-missing` when the chip is gone */
  check(): void {
    try {
      chipInfo(this.fd);
    } catch (error) {
      throw gpioError(error, this.path);
    }
  }

  /** Who holds a line, as the kernel says; `undefined` for a free line. */
  consumer(offset: number): string | undefined {
    const { used, consumer } = lineInfo(this.fd, offset);
    return used ? consumer || 'the kernel' : undefined;
  }

  /**
   * One request of the kernel for all lines. @returns the descriptor that holds them
   * @throws `gpio.line-busy` with who holds the line, and what else stands in the way
   */
  request(lines: readonly LineOfChip[], config: LineConfig): number {
    const where = `${this.path} ${lines.map(({ line }) => line).join(', ')}`;
    if (lines.length > GPIO_V2_LINES_MAX) throw new KioskError('gpio.unsupported', `${where}: too many lines`);
    try {
      const offsets = lines.map(({ offset }) => offset);
      return requestLines(this.fd, offsets, config);
    } catch (error) {
      if (errnoOf(error) === 'ENODEV') throw gpioError(error, where);
      throw this.#refusal(lines, gpioError(error, where));
    }
  }

  close(): void {
    closeSync(this.fd);
  }

  /** A line that is used is the reason, whatever the error: lines of the kernel itself are refused with others than EBUSY. */
  #refusal(lines: readonly LineOfChip[], cause: KioskError): KioskError {
    for (const { line, offset } of lines) {
      const consumer = this.consumer(offset);
      if (consumer !== undefined)
        return new KioskError('gpio.line-busy', `${this.path} ${line}: held by ${consumer}`, { cause });
    }
    return cause;
  }

  #identify(): ChipInfo {
    try {
      return chipInfo(this.fd);
    } catch (error) {
      if (!UNKNOWN_CALL.has(errnoOf(error) ?? '')) throw gpioError(error, this.path);
      throw new KioskError('gpio.chip-missing', `${this.path} is not a GPIO chip`, { cause: error });
    }
  }

  #readNames(): Map<string, number> {
    const names = new Map<string, number>();
    try {
      for (let offset = 0; offset < this.info.lines; offset += 1) {
        const { name } = lineInfo(this.fd, offset);
        if (name !== '' && !names.has(name)) names.set(name, offset);
      }
    } catch (error) {
      if (!UNKNOWN_CALL.has(errnoOf(error) ?? '')) throw gpioError(error, this.path);
      throw new KioskError('gpio.unsupported', `${this.path}: no GPIO v2 interface`, { cause: error });
    }
    return names;
  }
}
