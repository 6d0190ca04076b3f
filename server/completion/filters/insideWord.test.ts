import { expect, test } from 'vitest';
import { insideWord } from './insideWord.ts';
import { applied } from './testing.ts';

const DROPPED = 'dropped: makes a new word of the rest of one';

test.each([
  ['its end once more is dropped', 'x = Ma║th.sqrt(2);\n', 'th', DROPPED],
  ['the end of another is dropped', 'x = Ma║th.sqrt(2);\n', 'trix.from(a).b', DROPPED],
  ['a part of another is dropped', 'áb║ć = 1;\nábdće\n', 'd', DROPPED],
  ['a part of a known one stays', 'getUserName();\nget║Name();\n', 'User', 'getUserName();\nget⟦User⟧Name();\n'],
  ['the beginning of a known one stays', 'f║Name();\nuserName();\n', '(a).user', 'f⟦(a).user⟧Name();\nuserName();\n'],
  ['what ends with a mark stays', 'foo║bar);\n', '(', 'foo⟦(⟧bar);\n'],
  ['where words have no blanks between them, anything stays', '// 计算║面积\n', '圆的', '// 计算⟦圆的⟧面积\n'],
  ['before a word, anything stays', 'return ║value;\n', 'await', 'return ⟦await⟧value;\n'],
  ['behind a word, anything stays', 'x = Ma║.sqrt(2);\n', 'th', 'x = Ma⟦th⟧.sqrt(2);\n'],
])('inside a word, %s', async (_, marked, generated, expected) => {
  expect(await applied(insideWord, marked, generated)).toBe(expected);
});
