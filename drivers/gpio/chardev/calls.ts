import { ioctl, readWaiting } from './system-calls.js';
import type { LineConfig } from './line-config.js';
import {
  Flag,
  EVENT,
  EVENT_BYTES,
  gpio_v2_line_info,
  gpio_v2_line_request,
  gpio_v2_line_values,
  GPIO_GET_CHIPINFO_IOCTL,
  GPIO_V2_GET_LINEINFO_IOCTL,
  GPIO_V2_GET_LINE_IOCTL,
  GPIO_V2_LINE_EVENT_RISING_EDGE,
  GPIO_V2_LINE_GET_VALUES_IOCTL,
  GPIO_V2_LINE_SET_VALUES_IOCTL,
  gpiochip_info,
} from './uapi.js';

/** Shown by `gpioinfo` as who holds the line. */
const CONSUMER = 'simkiosk';
const EVENTS_PER_READ = 64;
const eventBytes = new Uint8Array(EVENTS_PER_READ * EVENT_BYTES);
const events = new DataView(eventBytes.buffer);
/** As are all processors that this program runs on. */
const LITTLE_ENDIAN = true;

/** 64-bit numbers come as `number` while they are small enough. */
type U64 = number | bigint;

export interface ChipInfo {
  readonly name: string;
  readonly label: string;
  readonly lines: number;
}

export interface LineInfo {
  readonly name: string;
  /** Who holds the line; empty for a line that the kernel itself uses without saying what for. */
  readonly consumer: string;
  readonly used: boolean;
}

export interface LineEvent {
  readonly offset: number;
  readonly active: boolean;
  readonly timestampNs: bigint;
}

export function chipInfo(chip: number): ChipInfo {
  return ioctl(chip, GPIO_GET_CHIPINFO_IOCTL, gpiochip_info, {}) as ChipInfo;
}

export function lineInfo(chip: number, offset: number): LineInfo {
  const info = ioctl(chip, GPIO_V2_GET_LINEINFO_IOCTL, gpio_v2_line_info, { offset }) as {
    readonly name: string;
    readonly consumer: string;
    readonly flags: U64;
  };
  return { name: info.name, consumer: info.consumer, used: (BigInt(info.flags) & Flag.USED) !== 0n };
}

/** @returns the descriptor that holds the lines; the kernel marks it close-on-exec, so that no child inherits them */
export function requestLines(chip: number, offsets: readonly number[], config: LineConfig): number {
  const request = { offsets, consumer: CONSUMER, config, num_lines: offsets.length };
  const { fd } = ioctl(chip, GPIO_V2_GET_LINE_IOCTL, gpio_v2_line_request, request) as { readonly fd: number };
  return fd;
}

/** @param index of the line in its request */
export function setValue(request: number, index: number, active: boolean): void {
  const mask = 1n << BigInt(index);
  const values = { bits: active ? mask : 0n, mask };
  ioctl(request, GPIO_V2_LINE_SET_VALUES_IOCTL, gpio_v2_line_values, values);
}

export function getValue(request: number, index: number): boolean {
  const mask = 1n << BigInt(index);
  const values = { bits: 0n, mask };
  const { bits } = ioctl(request, GPIO_V2_LINE_GET_VALUES_IOCTL, gpio_v2_line_values, values) as { readonly bits: U64 };
  return (BigInt(bits) & mask) !== 0n;
}

/** The events that wait on a non-blocking descriptor, some at a time: none is returned when there are none left. */
export function readEvents(request: number): LineEvent[] {
  const length = readWaiting(request, eventBytes);
  return Array.from({ length: Math.floor(length / EVENT_BYTES) }, (_, i) => {
    const start = i * EVENT_BYTES;
    return {
      offset: events.getUint32(start + EVENT.offset, LITTLE_ENDIAN),
      active: events.getUint32(start + EVENT.id, LITTLE_ENDIAN) === GPIO_V2_LINE_EVENT_RISING_EDGE,
      timestampNs: events.getBigUint64(start + EVENT.timestamp_ns, LITTLE_ENDIAN),
    };
  });
}
