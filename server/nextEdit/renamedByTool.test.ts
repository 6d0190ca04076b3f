import { expect, test } from 'vitest';
import { EditorWindow } from './testing.ts';

const of = 'file:///w/c.ts';
const users = `interface User {
  name: string;
}
export const ada: User = { name: 'Ada' };
export const bob: User = { name: 'Bob' };

export const columns = [
  { name: 'id', width: 10 },
  { name: 'mail', width: 20 },
];
`;

/** Replaces `name` by `title` where an interface `User` has it, all in one event or one by one. */
function rename(window: EditorWindow, isTogether: boolean): void {
  const places = ['  name: string', "{ name: 'Ada", "{ name: 'Bob"].map((text) => users.indexOf(text) + 2);
  for (const at of places.toReversed()) window.edit(at, at + 'name'.length, 'title', of, isTogether);
}

test.each([
  ['a language server renamed a field at all of its places', true, false],
  ['somebody renamed keys one by one', false, true],
])('a key of the same name elsewhere is proposed or not, once %s', async (_, isTogether, isProposed) => {
  const window = new EditorWindow();
  window.learnedEdits = false;
  window.open(of, users);
  rename(window, isTogether);
  expect(window.documents.get(of)!.getText()).toContain("bob: User = { title: 'Bob' }");
  const { edit } = await window.ask("'id'", { of });
  expect(edit?.text ?? null).toEqual(isProposed ? expect.stringContaining('title') : null);
});
