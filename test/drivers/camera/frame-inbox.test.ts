import { test } from 'tap';
import { FrameInbox } from '../../../drivers/camera/frame-inbox.js';
import { KioskError } from '../../../src/errors.js';

const frame = (at: number) => ({ at, jpeg: Uint8Array.of(at) });

test('of pictures that wait only the newest is kept; the others are overwritten, as is the last one', async (t) => {
  const inbox = new FrameInbox();
  const [first, second, third, fourth, fifth] = [frame(1), frame(2), frame(3), frame(4), frame(5)] as const;
  for (const one of [first, second, third]) inbox.put(one);
  t.same([first.jpeg[0], second.jpeg[0], third.jpeg[0]], [0, 0, 3]);
  t.equal(await inbox.next(), third);
  t.equal(third.jpeg[0], 3, 'what was given away belongs to its receiver');
  inbox.put(fourth);
  inbox.end();
  inbox.put(fifth);
  t.same([fourth.jpeg[0], fifth.jpeg[0]], [0, 0]);
  t.equal(await inbox.next(), undefined);
});

test('the picture that was there before the camera failed can still be had, none after it', async (t) => {
  const inbox = new FrameInbox();
  const [before, after] = [frame(1), frame(2)] as const;
  inbox.put(before);
  inbox.fail(new KioskError('camera.offline'));
  inbox.fail(new KioskError('camera.stalled'));
  inbox.put(after);
  t.equal(after.jpeg[0], 0);
  t.equal(await inbox.next(), before);
  await t.rejects(inbox.next(), { code: 'camera.offline' }, 'the first failure counts');
});
