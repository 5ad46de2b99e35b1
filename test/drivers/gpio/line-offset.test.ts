import t from 'tap';
import { lineOffset } from '../../../drivers/gpio/line-offset.js';

const names = {
  chip: '/dev/gpiochip0',
  count: 54,
  configured: { motor: 17, beyond: 54 },
  known: new Map([
    ['motor', 3],
    ['GPIO4', 4],
    ['7', 8],
  ]),
};

void t.test('a line is found by its configured name, then by the name the kernel has, then by its offset', (t) => {
  t.equal(lineOffset('motor', names), 17);
  t.equal(lineOffset('GPIO4', names), 4);
  t.equal(lineOffset('7', names), 8, 'a line whose name is a number');
  t.equal(lineOffset('5', names), 5);
  t.end();
});

void t.test('a line that the chip does not have is an error with the names of both', (t) => {
  for (const line of ['moter', '54', '-1', '1.5', '', 'beyond', 'toString', '0x1'])
    t.throws(() => lineOffset(line, names), { code: 'gpio.line-unknown', detail: `/dev/gpiochip0 ${line}` });
  t.end();
});
