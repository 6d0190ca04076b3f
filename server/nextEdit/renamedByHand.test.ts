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
