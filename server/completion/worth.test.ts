import { describe, expect, test } from 'vitest';
import { chanceOf, lineLogProbability, type Written, worthOf, worthShowing, writerOf } from './worth.ts';

const line = 'return compute(first, second);';
const written = (more: Partial<Written> = {}): Written => ({ writer: 'base', confidence: -0.2, text: line, ...more });

describe('the whole line', () => {
  test.each<[string, string, number]>([
    ['counts once for each token it is likely to have', 'x'.repeat(35), -2],
    ['of few characters is one token', 'x', -0.2],
    ['is the first one that is written', `\n  ${'x'.repeat(35)}\r\n${line}`, -2],
  ])('%s', (_, text, expected) => {
    expect(lineLogProbability({ confidence: -0.2, text })).toBeCloseTo(expected);
  });
});

describe('the chance that a line is right', () => {
  test('falls with doubt, from nearly certain to none', () => {
    const chances = [-0.001, -0.05, -0.2, -0.5, -2].map((confidence) => chanceOf(written({ confidence })));
    expect(chances).toEqual(chances.toSorted((a, b) => b - a));
    expect(chances[0]).toBeGreaterThan(0.85);
    expect(chances.at(-1)).toBeLessThan(0.01);
  });

  test('is none where nothing was written for sure', () => {
    expect(chanceOf(written({ confidence: Number.NEGATIVE_INFINITY }))).toBe(0);
  });

  test('is higher for an adapter that is as sure as its base', () => {
    expect(chanceOf(written({ writer: 'adapter' }))).toBeGreaterThan(chanceOf(written()) + 0.05);
  });

  test('moves with the person', () => {
    const odds = (lean: number): number => Math.log(1 / chanceOf(written(), lean) - 1);
    expect(odds(0) - odds(0.5)).toBeCloseTo(0.5);
  });
});

test.each([
  ['the base', 494e6, false, 'base'],
  ['an adapter of a base that people use', 494e6, true, 'adapter'],
  ['an adapter of the bundled base', 8e6, true, 'base'],
])('%s writes like', (_, parameters, hasAdapter, writer) => {
  expect(writerOf({ parameters }, hasAdapter)).toBe(writer);
});

describe('worth reading', () => {
  test.each<[string, string, number]>([
    ['saves the keys of its line, less a glance and the reading', 'x'.repeat(10), 7],
    ['costs the reading of further lines too', `${'x'.repeat(10)}\n${'y'.repeat(9)}`, 6],
    ['counts no blanks around it', `\n\t${'x'.repeat(10)}\n`, 7],
  ])('%s', (_, text, expected) => {
    expect(worthOf(text, 1)).toBeCloseTo(expected);
  });

  test('a short one has to be surer than a long one', () => {
    expect([2, 5, 20].map((length) => worthOf('x'.repeat(length), 0.35) >= 0)).toEqual([false, false, true]);
  });

  test('is what an adapter wrote where the same from a base is not', () => {
    const unsure = { confidence: -0.18 };
    expect(worthShowing(written({ ...unsure, writer: 'adapter' }), true)).toBe(line);
    expect(worthShowing(written(unsure), true)).toBe(null);
  });

  const further = `${line}\n${'  further();\n'.repeat(20)}`;
  test.each([
    ['all of it', line, true, line],
    ['its first line, where what follows is too long', further, true, line],
    ['nothing, where that line cannot stand alone', further, false, null],
    ['nothing of what is unlikely', further.replace(line, 'x'), true, null],
  ])('is %s', (_, text, alone, shown) => {
    expect(worthShowing(written({ text, confidence: -0.1 }), alone)).toBe(shown);
  });
});
