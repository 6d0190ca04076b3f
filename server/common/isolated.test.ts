import { expect, test } from 'vitest';
import { isolated } from './isolated.ts';

test.each([
  ['Ann', 'Ann'],
  ['coder-0.5b é 日本', 'coder-0.5b é 日本'],
  ['דוד', '\u2068דוד\u2069'],
  ['tune العربية', '\u2068tune العربية\u2069'],
])('the name %s keeps what follows it in its place', (name, text) => {
  expect(isolated(name)).toBe(text);
});
