import { expect, test } from 'vitest';
import { plainInsertions } from './plainInsertions.ts';

const item = (insertText: string | { kind: 'snippet'; value: string }) => ({ insertText, filterText: 'a' });

test.each([
  ['places the cursor', '() => {$0\\}', '() => {}'],
  ['escapes its own syntax', '`\\\\\\${a\\}\\$1`, {$0\\}', '`\\${a}$1`, {}'],
])('a snippet that %s becomes the text that it inserts', (_, value, text) => {
  const snippet = item({ kind: 'snippet', value });
  expect(plainInsertions([snippet])).toEqual([item(text)]);
  expect(plainInsertions({ items: [snippet] })).toEqual({ items: [item(text)] });
});

test('plain text stays as it is, and so does an empty answer', () => {
  expect(plainInsertions({ items: [item('a\\$0')] })).toEqual({ items: [item('a\\$0')] });
  expect(plainInsertions(null)).toBeNull();
});
