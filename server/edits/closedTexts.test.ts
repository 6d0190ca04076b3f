import { expect, test } from 'vitest';
import { ClosedTexts } from './closedTexts.ts';

test('a document that says something else when it is opened again is known once, and one that nobody closed is as it was', () => {
  const closed = new ClosedTexts();
  expect(closed.isOther('file:///a', 'x')).toBe(false);
  closed.closed('file:///a', 'x');
  expect(closed.isOther('file:///a', 'x')).toBe(false);
  closed.closed('file:///a', 'x');
  closed.closed('file:///a', 'y');
  expect(closed.isOther('file:///a', 'x')).toBe(true);
  expect(closed.isOther('file:///a', 'x')).toBe(false);
});

test('of documents without end the last ones are remembered', () => {
  const closed = new ClosedTexts();
  for (let i = 0; i < 1000; i++) closed.closed(`file:///${i}`, 'x');
  expect(closed.isOther('file:///0', 'y')).toBe(false);
  expect(closed.isOther('file:///999', 'y')).toBe(true);
});
