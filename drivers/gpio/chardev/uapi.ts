import koffi, { type TypeObject } from 'koffi';

/**
 * The GPIO v2 interface as include/uapi/linux/gpio.h has it (kernel 5.10 and newer; the layouts are the same on x64 and
 * arm64). The names are the header's.
 */
const GPIO_MAX_NAME_SIZE = 32;
export const GPIO_V2_LINES_MAX = 64;
export const GPIO_V2_LINE_NUM_ATTRS_MAX = 10;

export const Flag = {
  USED: 1n << 0n,
  ACTIVE_LOW: 1n << 1n,
  INPUT: 1n << 2n,
  OUTPUT: 1n << 3n,
  EDGE_RISING: 1n << 4n,
  EDGE_FALLING: 1n << 5n,
  BIAS_PULL_UP: 1n << 8n,
  BIAS_PULL_DOWN: 1n << 9n,
  BIAS_DISABLED: 1n << 10n,
} as const;

export const GPIO_V2_LINE_ATTR_ID_FLAGS = 1;
export const GPIO_V2_LINE_ATTR_ID_DEBOUNCE = 3;
export const GPIO_V2_LINE_EVENT_RISING_EDGE = 1;

const u32 = 'uint32_t';
const u64 = 'uint64_t';
const name = koffi.array('char', GPIO_MAX_NAME_SIZE, 'String');

export const gpiochip_info = koffi.struct({ name, label: name, lines: u32 });

const gpio_v2_line_attribute = koffi.struct({
  id: u32,
  padding: u32,
  value: koffi.union({ flags: u64, values: u64, debounce_period_us: u32 }),
});

export const gpio_v2_line_config_attribute = koffi.struct({ attr: gpio_v2_line_attribute, mask: u64 });

export const gpio_v2_line_config = koffi.struct({
  flags: u64,
  num_attrs: u32,
  padding: koffi.array(u32, 5),
  attrs: koffi.array(gpio_v2_line_config_attribute, GPIO_V2_LINE_NUM_ATTRS_MAX),
});

export const gpio_v2_line_request = koffi.struct({
  offsets: koffi.array(u32, GPIO_V2_LINES_MAX),
  consumer: name,
  config: gpio_v2_line_config,
  num_lines: u32,
  event_buffer_size: u32,
  padding: koffi.array(u32, 5),
  fd: 'int32_t',
});

export const gpio_v2_line_info = koffi.struct({
  name,
  consumer: name,
  offset: u32,
  num_attrs: u32,
  flags: u64,
  attrs: koffi.array(gpio_v2_line_attribute, GPIO_V2_LINE_NUM_ATTRS_MAX),
  padding: koffi.array(u32, 4),
});

export const gpio_v2_line_values = koffi.struct({ bits: u64, mask: u64 });

export const gpio_v2_line_event = koffi.struct({
  timestamp_ns: u64,
  id: u32,
  offset: u32,
  seqno: u32,
  line_seqno: u32,
  padding: koffi.array(u32, 6),
});

/** Where the members of an event are: events are read often, and taken apart by hand. */
export const EVENT = { timestamp_ns: 0, id: 8, offset: 12 } as const;
export const EVENT_BYTES = koffi.sizeof(gpio_v2_line_event);

/** `_IOC` of asm-generic/ioctl.h, with the header's type 0xB4. */
const ioc = (direction: number, number: number, type: TypeObject): number =>
  ((direction << 30) | (koffi.sizeof(type) << 16) | (0xb4 << 8) | number) >>> 0;
const READ = 2;
const READ_WRITE = 3;

export const GPIO_GET_CHIPINFO_IOCTL = ioc(READ, 0x01, gpiochip_info);
export const GPIO_V2_GET_LINEINFO_IOCTL = ioc(READ_WRITE, 0x05, gpio_v2_line_info);
export const GPIO_V2_GET_LINE_IOCTL = ioc(READ_WRITE, 0x07, gpio_v2_line_request);
export const GPIO_V2_LINE_GET_VALUES_IOCTL = ioc(READ_WRITE, 0x0e, gpio_v2_line_values);
export const GPIO_V2_LINE_SET_VALUES_IOCTL = ioc(READ_WRITE, 0x0f, gpio_v2_line_values);
