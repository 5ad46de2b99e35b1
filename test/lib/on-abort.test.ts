import { test } from 'tap';
import { onAbort } from '../../src/lib/on-abort.js';

test('everybody who waits hears of the end, once, and whoever has stopped waiting does not', (t) => {
  const controller = new AbortController();
  const heard: string[] = [];
  const listen = (name: string): (() => void) => onAbort(controller.signal, () => heard.push(name));
  listen('first');
  const forget = listen('gone');
  listen('last');
  forget();
  controller.abort();
  controller.abort();
  t.same(heard, ['first', 'last']);
  t.end();
});

test('a signal that was aborted before says nothing more', (t) => {
  const controller = new AbortController();
  controller.abort();
  onAbort(controller.signal, () => t.fail('it was aborted before'));
  t.end();
});
