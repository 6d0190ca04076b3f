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
  tokens: [],
  usage: { shortened: false, promptTokens: 0, evaluatedTokens: 0, generatedTokens: 0, ms: 0 },
});
const origin = { weights: 'base', document: 'a' };
const spot = (marked: string, of: Partial<typeof origin> = {}) => {
  const offset = marked.indexOf('║');
  return spotOf({ text: marked.replace('║', ''), offset }, { ...origin, ...of });
};

describe('the text typed between two spots', () => {
  test.each([
    ['is empty at the same spot', 'a = ║;\n', 'a = ║;\n', ''],
    ['is the letters typed', 'a = ║;\n', 'a = foo║;\n', 'foo'],
    ['is the opening bracket of a pair that the editor closed', 'a = f║;\n', 'a = f(║);\n', '('],
    ['is the opening bracket of a pair closed in the middle of a line', 'a = ║ + 1;\n', 'a = f(║) + 1;\n', 'f('],
    ['is an argument begun between such brackets', 'a = ║ + 1;\n', 'a = f(g[1], "b║") + 1;\n', 'f(g[1], "b'],
    ['is null when another bracket stands in the middle of a line', 'a = ║ + 1;\n', 'a = f(║] + 1;\n', null],
    ['is a line break and indentation, with LF', 'a║\nb', 'a\r\n  ║\nb', '\n  '],
    ['is null when text was deleted', 'a = foo║;\n', 'a = ║;\n', null],
    ['is null when text before the cursor changed', 'a = ║;\n', 'b = f║;\n', null],
    ['is null when text after the cursor changed', 'a = ║ + 1;\n', 'a = f║ + 2;\n', null],
    ['is null when text was written after the end of the document', 'a = ║', 'a = ║\nuse(b);\n', null],
    ['is null when all text after the cursor was deleted', 'a = f║\nuse(b);\n', 'a = fo║', null],
    ['is null when the end of the document changed', 'a = ║\nuse(b);\n', 'a = f║\nuse(b);\nuse(c);\n', null],
    ['is the opening bracket of a pair closed at the end of the document', 'a = f║', 'a = f(║)', '('],
    ['is Enter between brackets', 'f() {║}\nb', 'f() {\n  ║\n}\nb', '\n  '],
    ['is Enter between brackets, with LF', ' f(() => {║});\r\nb', ' f(() => {\r\n  ║\r\n });\r\nb', '\n  '],
    ['is Enter between brackets of which the first was typed', 'f(║)\nb', 'f({\n  a║\n})\nb', '{\n  a'],
    ['is Enter between brackets inside others', 'f({║})\nb', 'f({\n  a: [\n    ║\n  ]\n})\nb', '\n  a: [\n    '],
    ['is Enter between brackets that end the document', 'f() {║}', 'f() {\n  ║\n}', '\n  '],
    ['is null when a closing bracket below came from elsewhere', 'a = ║\nb', 'a = f║\n}\nb', null],
    ['is null after Enter between brackets when the text below changed', 'f() {║}\nb', 'f() {\n  ║\n}\nc', null],
  ])('%s', (_name, from, to, typed) => {
    expect(typedBetween(spot(from), spot(to))).toBe(typed);
  });

  test('is null for another adapter version and for another document with the same text', () => {
    expect(typedBetween(spot('a║'), spot('a║', { weights: 'base\nadapter-1' }))).toBeNull();
    expect(typedBetween(spot('a║'), spot('a║', { document: 'b' }))).toBeNull();
  });

  test('is found in the middle of a long document', () => {
    const filler = 'line of text\n'.repeat(2000);
    expect(typedBetween(spot(`${filler}a = ║\n${filler}`), spot(`${filler}a = f║\n${filler}`))).toBe('f');
    expect(typedBetween(spot(`${filler}{║}\n${filler}`), spot(`${filler}{\n  ║\n}\n${filler}`))).toBe('\n  ');
    expect(typedBetween(spot(`${filler}{║}\n${filler}`), spot(`${filler}{\n  ║\n}\nb${filler}`))).toBeNull();
  });
});

describe('the generation cache', () => {
  test('returns the rest of a generation while it is typed, down to its last character', () => {
    const cache = new GenerationCache();
    cache.add(spot('x = ║;'), generation('foo(1)'));
    expect(cache.find(spot('x = fo║;'))?.text).toBe('o(1)');
    expect(cache.find(spot('x = foo(║);'))?.text).toBe('1)');
    expect(cache.find(spot('x = foo(1║;'))?.text).toBe(')');
    expect(cache.find(spot('x = foo(1)║;'))).toBeNull();
    expect(cache.find(spot('x = fa║;'))).toBeNull();
  });

  test('finds a generation again when the cursor returns to its spot', () => {
    const cache = new GenerationCache();
    cache.add(spot('x = ║;'), generation('foo'));
    cache.add(spot('x = b║;'), generation('ar'));
    expect(cache.find(spot('x = ║;'))?.text).toBe('foo');
  });

  test('replaces the generation at the same spot and evicts the least recently used one', () => {
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

test('the cache keeps the surroundings of each spot instead of every version of a document', () => {
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

test('a generation has no rest once it is fully typed or the typed text differs', () => {
  expect(restAfter(generation('foo'), 'foo')).toBeNull();
  expect(restAfter(generation('foo'), 'fa')).toBeNull();
  expect(restAfter(generation('foo'), '')?.text).toBe('foo');
});

test.each([
  ['up to the closing bracket', 'value(1).size', 'value(', '1'],
  ['with brackets and strings of its own', 'f(g(x)[")"], y) + z', 'f(', 'g(x)[")"], y'],
  ['up to the closing quote', 'get("a\\"b", c)', 'get("', 'a\\"b'],
  ['to its end, if it closes nothing', 'f(a, b', 'f(', 'a, b'],
  ['not at all, if nothing is left', 'now()', 'now(', null],
])(
  'a suggestion goes on between brackets that the editor closed in the middle of a line %s',
  (_, text, typed, rest) => {
    const closed = typed.endsWith('"') ? '")' : ')';
    const cache = new GenerationCache();
    cache.add(spot('x = ║ + y\n'), generation(text));
    expect(cache.find(spot(`x = ${typed}║${closed} + y\n`))?.text ?? null).toBe(rest);
  },
);

test('behind such brackets, the suggestion goes on', () => {
  const cache = new GenerationCache();
  cache.add(spot('x = ║ + y\n'), generation('value(1).size'));
  expect(cache.find(spot('x = value(1)║ + y\n'))?.text).toBe('.size');
});
