import { expect, test } from 'vitest';
import { ClosedTexts } from './closedTexts.ts';

test('a document reopened with another text is reported once, and one that was not closed never is', () => {
  const closed = new ClosedTexts();
  expect(closed.isOther('file:///a', 'x')).toBe(false);
  closed.closed('file:///a', 'x');
  expect(closed.isOther('file:///a', 'x')).toBe(false);
  closed.closed('file:///a', 'x');
  closed.closed('file:///a', 'y');
  expect(closed.isOther('file:///a', 'x')).toBe(true);
  expect(closed.isOther('file:///a', 'x')).toBe(false);
});

test('only the most recently closed documents are remembered', () => {
  const closed = new ClosedTexts();
  for (let i = 0; i < 1000; i++) closed.closed(`file:///${i}`, 'x');
  expect(closed.isOther('file:///0', 'y')).toBe(false);
  expect(closed.isOther('file:///999', 'y')).toBe(true);
});
