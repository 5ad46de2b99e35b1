import { test } from 'tap';
import { Deadline } from '../../src/kiosk/deadline.js';
import { HandClock } from '../support/hand-clock.js';

function open() {
  const clock = new HandClock();
  const passed: string[] = [];
  const deadline = new Deadline(clock);
  return {
    clock,
    passed,
    deadline,
    set: (name: string, ms: number) => deadline.set(ms, () => passed.push(name)),
  };
}

test('a deadline calls once when it passes, and one that was cancelled or replaced never', (t) => {
  const { clock, passed, deadline, set } = open();
  set('first', 1_000);
  set('second', 2_000);
  clock.pass(1_999);
  t.same(passed, []);
  clock.pass(1);
  t.same(passed, ['second']);
  set('third', 10);
  deadline.cancel();
  clock.pass(10_000);
  t.same(passed, ['second']);
  t.end();
});

test('a state that stays long after its deadline is overdue until it is left', (t) => {
  const { clock, deadline, set } = open();
  set('reading', 1_000);
  clock.pass(31_000);
  t.notOk(deadline.overdue);
  clock.pass(1);
  t.ok(deadline.overdue);
  deadline.cancel();
  t.notOk(deadline.overdue);
  t.end();
});

test('setting the wall clock makes no state overdue', (t) => {
  const { clock, deadline, set } = open();
  set('reading', 1_000);
  clock.setWall(clock.now() + 3_600_000);
  clock.pass(999);
  t.notOk(deadline.overdue);
  t.end();
});
