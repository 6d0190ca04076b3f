import { describe, expect, test } from 'vitest';
import { heapGrowth } from '../common/testing.ts';
import { GenerationCache, restAfter, spotOf, typedBetween } from './cache.ts';
import type { Generation } from './generate.ts';

const generation = (text: string): Generation => ({
  text,
  shape: 'line',
  cutOff: false,
  late: false,
  writer: 'base',
  confidence: -0.1,
  usage: { shortened: false, promptTokens: 0, evaluatedTokens: 0, generatedTokens: 0, ms: 0 },
});
const origin = { weights: 'base', document: 'a' };
const spot = (marked: string, of: Partial<typeof origin> = {}) => {
  const offset = marked.indexOf('║');
  return spotOf({ text: marked.replace('║', ''), offset }, { ...origin, ...of });
};

describe('what was typed between two spots', () => {
  test.each([
    ['nothing', 'a = ║;\n', 'a = ║;\n', ''],
    ['letters', 'a = ║;\n', 'a = foo║;\n', 'foo'],
    ['a bracket that the editor closed by itself', 'a = f║;\n', 'a = f(║);\n', '('],
    ['a line break', 'a║\nb', 'a\r\n  ║\nb', '\n  '],
    ['something deleted', 'a = foo║;\n', 'a = ║;\n', null],
    ['something else before the cursor', 'a = ║;\n', 'b = f║;\n', null],
    ['something else behind the cursor', 'a = ║ + 1;\n', 'a = f║ + 2;\n', null],
    ['something written behind what was the end of the document', 'a = ║', 'a = ║\nuse(b);\n', null],
    ['all behind the cursor deleted', 'a = f║\nuse(b);\n', 'a = fo║', null],
    ['the end of the document changed', 'a = ║\nuse(b);\n', 'a = f║\nuse(b);\nuse(c);\n', null],
    ['a bracket closed by itself at the end of the document', 'a = f║', 'a = f(║)', '('],
  ])('%s', (_name, from, to, typed) => {
    expect(typedBetween(spot(from), spot(to))).toBe(typed);
  });

  test('weights of another version never match, nor does another document that says the same', () => {
    expect(typedBetween(spot('a║'), spot('a║', { weights: 'base\nadapter-1' }))).toBeNull();
    expect(typedBetween(spot('a║'), spot('a║', { document: 'b' }))).toBeNull();
  });

  test('in a long document only the surroundings are compared', () => {
    const filler = 'line of text\n'.repeat(2000);
    expect(typedBetween(spot(`${filler}a = ║\n${filler}`), spot(`${filler}a = f║\n${filler}`))).toBe('f');
  });
});

describe('the cache', () => {
  test('typing what was suggested leaves the rest, down to its last letter', () => {
    const cache = new GenerationCache();
    cache.add(spot('x = ║;'), generation('foo(1)'));
    expect(cache.find(spot('x = fo║;'))?.text).toBe('o(1)');
    expect(cache.find(spot('x = foo(║);'))?.text).toBe('1)');
    expect(cache.find(spot('x = foo(1║;'))?.text).toBe(')');
    expect(cache.find(spot('x = foo(1)║;'))).toBeNull();
    expect(cache.find(spot('x = fa║;'))).toBeNull();
  });

  test('going back to where it was asked finds it again', () => {
    const cache = new GenerationCache();
    cache.add(spot('x = ║;'), generation('foo'));
    cache.add(spot('x = b║;'), generation('ar'));
    expect(cache.find(spot('x = ║;'))?.text).toBe('foo');
  });

  test('a newer generation at the same spot replaces the older, and the least used goes first', () => {
    const cache = new GenerationCache(2);
    cache.add(spot('a║'), generation('1'));
    cache.add(spot('a║'), generation('2'));
    cache.add(spot('b║'), generation('3'));
    expect(cache.find(spot('a║'))?.text).toBe('2');
    cache.add(spot('c║'), generation('4'));
    expect(cache.find(spot('b║'))).toBeNull();
    expect(cache.find(spot('a║'))?.text).toBe('2');
  });
});

test('keeps of a document what stands around the places, and not all of it in every version', () => {
  const cache = new GenerationCache();
  let text = 'const a = 1;\n'.repeat(80_000);
  const grown = heapGrowth(() => {
    for (let i = 0; i < 60; i++) {
      text = `${text.slice(0, 500_000)}x${text.slice(500_000)}`;
      cache.add(spotOf({ text, offset: 500_001 }, origin), generation('x'));
    }
    return cache;
  });
  expect(grown).toBeLessThan(20_000_000);
  expect(cache.find(spotOf({ text, offset: 500_001 }, origin))?.text).toBe('x');
});

test('nothing is left of a generation that was typed whole or differently', () => {
  expect(restAfter(generation('foo'), 'foo')).toBeNull();
  expect(restAfter(generation('foo'), 'fa')).toBeNull();
  expect(restAfter(generation('foo'), '')?.text).toBe('foo');
});
