import { expect, test } from 'vitest';
import { textEnd } from './textEnd.ts';

test('the text of an example ends before the end-of-text token', () => {
  expect(textEnd({ tokens: [1, 2, 3, 0], lossFrom: 2 }, 0)).toBe(3);
  expect(textEnd({ tokens: Int32Array.from([1, 2, 3, 0]), lossFrom: 1 }, 0)).toBe(3);
});

test('a middle that was cut has no end to leave out, and a base may have none', () => {
  expect(textEnd({ tokens: [1, 2, 3, 4], lossFrom: 2 }, 0)).toBe(4);
  expect(textEnd({ tokens: [1, 2, 3, 0], lossFrom: 2 }, undefined)).toBe(4);
});

test('an example of the end alone keeps it: a loss needs a token', () => {
  expect(textEnd({ tokens: [1, 2, 0], lossFrom: 2 }, 0)).toBe(3);
});
