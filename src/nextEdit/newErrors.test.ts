import { beforeEach, expect, test } from 'vitest';
import { type FoundError, NewErrors } from './newErrors.ts';

let nowMs: number;
let errors: NewErrors;
beforeEach(() => {
  nowMs = 0;
  errors = new NewErrors(() => nowMs);
});

const error = (message: string, line = 0): FoundError => ({
  range: { start: { line, character: 0 }, end: { line, character: 4 } },
  message,
  severity: 1,
});
const messages = (uri = 'a'): string[] => errors.since(uri).map(({ uri: of, message }) => `${of ?? ''}:${message}`);

test('an error that appears after a change is new, one that was there before is not', () => {
  errors.told('a', [error('old')], true);
  errors.edited();
  expect(errors.told('a', [error('old', 1), error('no such name', 7)])).toBe(true);
  expect(messages()).toEqual([':no such name']);
  expect(errors.told('a', [error('old', 1), error('no such name', 8)])).toBe(false);
  expect(messages()).toEqual([':no such name']);
  expect(errors.told('a', [error('old', 1)])).toBe(false);
  expect(messages()).toEqual([]);
});

test('one more error of a kind is new too', () => {
  errors.told('a', [error('no such name')], true);
  errors.edited();
  expect(errors.told('a', [error('no such name'), error('no such name', 3)])).toBe(true);
  expect(messages()).toHaveLength(2);
});

test('errors of other documents come last, with their URI', () => {
  errors.edited();
  errors.told('b', [error('there')]);
  errors.told('a', [error('here')]);
  expect(messages()).toEqual([':here', 'b:there']);
  expect(messages('b')).toEqual([':there', 'a:here']);
});

test('no error is new long after a change or without one', () => {
  expect(errors.told('a', [error('one')])).toBe(false);
  errors.edited();
  nowMs = 61_000;
  expect(errors.told('a', [error('one'), error('two')])).toBe(false);
  errors.edited();
  errors.told('a', [error('one'), error('two'), error('three')]);
  expect(messages()).toEqual([':three']);
  nowMs = 130_000;
  expect(messages()).toEqual([]);
});

test('a document with very many errors gives none, and errors, messages and documents are limited', () => {
  errors.edited();
  expect(
    errors.told(
      'a',
      Array.from({ length: 2000 }, (_, i) => error(`error ${i}`)),
    ),
  ).toBe(false);
  expect(messages()).toEqual([]);
  errors.told(
    'b',
    Array.from({ length: 90 }, (_, i) => error(`${i} ${'x'.repeat(5000)}`)),
  );
  expect(errors.since('b')).toHaveLength(20);
  expect(errors.since('b')[0]!.message).toHaveLength(200);
  for (let i = 0; i < 500; i++) errors.told(`d${i}`, [error('one')]);
  expect([errors.knows('d0'), errors.knows('d499')]).toEqual([false, true]);
});
