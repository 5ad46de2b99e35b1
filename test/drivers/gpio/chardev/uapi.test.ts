import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import koffi, { type TypeObject } from 'koffi';
import t from 'tap';
import * as uapi from '../../../../drivers/gpio/chardev/uapi.js';

const run = promisify(execFile);

/** The structures as koffi laid them out, in C: `size` and every member's offset and size. */
const structs: Readonly<Record<string, TypeObject>> = {
  gpiochip_info: uapi.gpiochip_info,
  gpio_v2_line_config_attribute: uapi.gpio_v2_line_config_attribute,
  gpio_v2_line_config: uapi.gpio_v2_line_config,
  gpio_v2_line_request: uapi.gpio_v2_line_request,
  gpio_v2_line_info: uapi.gpio_v2_line_info,
  gpio_v2_line_values: uapi.gpio_v2_line_values,
  gpio_v2_line_event: uapi.gpio_v2_line_event,
};
const numbers = [
  'GPIO_GET_CHIPINFO_IOCTL',
  'GPIO_V2_GET_LINEINFO_IOCTL',
  'GPIO_V2_GET_LINE_IOCTL',
  'GPIO_V2_LINE_GET_VALUES_IOCTL',
  'GPIO_V2_LINE_SET_VALUES_IOCTL',
  'GPIO_V2_LINES_MAX',
  'GPIO_V2_LINE_NUM_ATTRS_MAX',
  'GPIO_V2_LINE_ATTR_ID_FLAGS',
  'GPIO_V2_LINE_ATTR_ID_DEBOUNCE',
  'GPIO_V2_LINE_EVENT_RISING_EDGE',
] as const;
const flags = Object.entries(uapi.Flag);

const membersOf = (type: TypeObject) => Object.values(type.members ?? {});

/** One expression of C for every value that is ours as well. */
const facts: readonly (readonly [expression: string, ours: bigint])[] = [
  ...Object.entries(structs).flatMap(([name, type]) => [
    [`sizeof(struct ${name})`, BigInt(koffi.sizeof(type))] as const,
    ...membersOf(type).flatMap(
      (member) =>
        [
          [`offsetof(struct ${name}, ${member.name})`, BigInt(member.offset)],
          [`sizeof(((struct ${name} *)0)->${member.name})`, BigInt(koffi.sizeof(member.type))],
        ] as const,
    ),
  ]),
  ...Object.entries(uapi.EVENT).map(
    ([member, offset]) => [`offsetof(struct gpio_v2_line_event, ${member})`, BigInt(offset)] as const,
  ),
  ...numbers.map((name) => [name, BigInt(uapi[name])] as const),
  ...flags.map(([name, value]) => [`GPIO_V2_LINE_FLAG_${name}`, value] as const),
];

void t.test('structures, flags and call numbers are those of linux/gpio.h', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'uapi-'));
  t.teardown(() => rm(dir, { recursive: true }));
  const source = join(dir, 'layout.c');
  const program = join(dir, 'layout');
  const lines = facts.map(([expression]) => `  printf("%llu\\n", (unsigned long long)(${expression}));`);
  await writeFile(
    source,
    `#include <linux/gpio.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n${lines.join('\n')}\n}\n`,
  );
  await run('cc', ['-o', program, source]);
  const { stdout } = await run(program);
  const theirs = stdout.trim().split('\n');
  t.equal(theirs.length, facts.length);
  for (const [i, [expression, ours]] of facts.entries()) t.equal(String(ours), theirs[i], expression);
});
