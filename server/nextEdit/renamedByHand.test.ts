import { expect, test } from 'vitest';
import { EditorWindow, openUri } from './testing.ts';

const windowWith = (text: string): EditorWindow => {
  const window = new EditorWindow();
  window.learnedEdits = false;
  window.close();
  window.open(openUri, text);
  return window;
};

test('after the first use, in the next line, was renamed by hand, the rest of that function follows and no other', async () => {
  const window = windowWith(
    'function f(user: User) {\n  check(user);\n  log(1);\n  save(user);\n}\n\nfunction remove(user: User) {\n  check(user);\n  drop(user);\n}\n',
  );
  window.replace('f(user', 'f(account');
  window.replace('check(user', 'check(account');
  const text = window.withEdit(await window.ask('f(account'));
  expect(text).toContain('save(account)');
  expect(text).toContain('check(user);\n  drop(user)');
});

test('after the uses were accepted, a declaration renamed back by hand is followed back', async () => {
  const window = windowWith('function f(w: number) {\n  log(1);\n  return w;\n}\n');
  window.replace('f(w', 'f(width');
  window.accept(await window.ask('f(width'));
  window.replace('f(width', 'f(w');
  expect(window.withEdit(await window.ask('f(w'))).toContain('return w;');
});

test('a rename undone step by step leaves nothing to follow', async () => {
  const window = windowWith('function f(w: number) {\n  log(1);\n  return w;\n}\n');
  window.replace('f(w', 'f(width');
  window.accept(await window.ask('f(width'));
  window.replace('return width', 'return w');
  window.replace('f(width', 'f(w');
  expect((await window.ask('f(w')).edit).toBeNull();
  expect(window.log.at(-1)).toContain('nothing was changed yet');
});
