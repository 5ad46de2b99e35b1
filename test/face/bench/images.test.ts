import { join } from 'node:path';
import { type Test, test } from 'tap';
import { ImageFolder } from '../../../src/face/bench/images.js';

/** The part of the folder in which each listed name was found. */
async function found(t: Test, files: Record<string, unknown>, names: readonly string[]): Promise<unknown> {
  const dir = t.testdir(files as Parameters<typeof t.testdir>[0]);
  const folder = new ImageFolder(dir, names);
  const paths = await Promise.all(names.map((name) => folder.path(name)));
  return paths.map((path) => path?.slice(dir.length + 1));
}

test('a picture is found in its folder or without, with any extension in any case', async (t) => {
  const files = { Jo: { 'Jo_0001.JPG': '', 'Jo_0002.Png': '' }, 'Al_0001.WEBP': '', 'Vi.0001.jpg': '' };
  const names = ['Jo/Jo_0001.jpg', './Jo/Jo_0002.jpg', 'Al/Al_0001.jpg', 'Vi/Vi.0001.jpg', 'Jo/Jo_0003.jpg'];
  const paths = ['Jo/Jo_0001.JPG', 'Jo/Jo_0002.Png', 'Al_0001.WEBP', 'Vi.0001.jpg', undefined];
  t.same(await found(t, files, names), paths);
});

test('a path from the root is read as it is', async (t) => {
  const dir = t.testdir({ one: { 'a.jpg': 'one' }, two: { 'a.jpg': 'two' }, images: { 'a.jpg': 'three' } });
  const names = [join(dir, 'one/a.jpg'), join(dir, 'two/a.jpg')];
  const folder = new ImageFolder(join(dir, 'images'), names);
  t.same(await Promise.all(names.map((name) => folder.path(name))), names);
  t.equal(Buffer.from(await folder.read(names[1] ?? '')).toString(), 'two');
});

test('a file that two names of the list could mean is taken for neither', async (t) => {
  t.same(await found(t, { '1.jpg': '' }, ['alice/1.jpg', 'bob/1.jpg']), [undefined, undefined]);
  t.same(await found(t, { '1.jpg': '', '1.png': '' }, ['alice/1.jpg', 'bob/1.png']), ['1.jpg', '1.png']);
  t.same(await found(t, { '1.webp': '' }, ['alice/1.jpg', 'bob/1.png']), [undefined, undefined]);
  t.same(await found(t, { a: { '1.png': '' } }, ['a/1.jpg', 'a/1.png']), [undefined, 'a/1.png']);
  t.same(await found(t, { '1.jpg': '' }, ['a/1.jpg', './a/1.jpg']), ['1.jpg', '1.jpg']);
});

test('a picture that is not there cannot be read', async (t) => {
  const dir = t.testdir({ 'a.jpg': {} });
  const folder = new ImageFolder(dir, ['a.jpg', 'b.jpg']);
  await t.rejects(folder.read('b.jpg'), { code: 'face.image-unreadable', detail: 'b.jpg is not there' });
  await t.rejects(folder.read('a.jpg'), { code: 'face.image-unreadable', detail: `${join(dir, 'a.jpg')} is no file` });
});
