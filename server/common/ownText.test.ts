import { expect, test } from 'vitest';
import { ownText } from './ownText.ts';

test.each(['', 'abc', 'ü€😀\r\n', '😀'.slice(1), '😀'.slice(0, 1)])('copies %j unchanged', (text) => {
  expect(ownText(text)).toBe(text);
});
