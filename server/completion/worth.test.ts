import { describe, expect, test } from 'vitest';
import { chanceOf, lineLogProbability, type Written, worthOf, worthShowing, writerOf } from './worth.ts';

const line = 'return compute(first, second);';
const written = (more: Partial<Written> = {}): Written => ({ writer: 'base', confidence: -0.2, text: line, ...more });

describe('the log-probability of a line', () => {
  test.each<[string, string, number]>([
    ['counts the confidence once per estimated token', 'x'.repeat(35), -2],
    ['takes a few characters for one token', 'x', -0.2],
    ['is that of the first line with text', `\n  ${'x'.repeat(35)}\r\n${line}`, -2],
  ])('%s', (_, text, expected) => {
    expect(lineLogProbability({ confidence: -0.2, text })).toBeCloseTo(expected);
  });
});

describe('the chance that a line is right', () => {
  test('falls with confidence, from nearly certain to almost none', () => {
    const chances = [-0.001, -0.05, -0.2, -0.5, -2].map((confidence) => chanceOf(written({ confidence })));
    expect(chances).toEqual(chances.toSorted((a, b) => b - a));
    expect(chances[0]).toBeGreaterThan(0.85);
    expect(chances.at(-1)).toBeLessThan(0.01);
  });

  test('is zero at a confidence of minus infinity', () => {
    expect(chanceOf(written({ confidence: Number.NEGATIVE_INFINITY }))).toBe(0);
  });

  test('is higher for an adapter than for its base at the same confidence', () => {
    expect(chanceOf(written({ writer: 'adapter' }))).toBeGreaterThan(chanceOf(written()) + 0.05);
  });

  test('shifts its log-odds by the lean of the person', () => {
    const odds = (lean: number): number => Math.log(1 / chanceOf(written(), lean) - 1);
    expect(odds(0) - odds(0.5)).toBeCloseTo(0.5);
  });
});

test.each([
  ['the base is judged as a base', 494e6, false, 'base'],
  ['an adapter of a usual base is judged as an adapter', 494e6, true, 'adapter'],
  ['an adapter of the bundled base is judged as a base', 8e6, true, 'base'],
])('%s', (_, parameters, hasAdapter, writer) => {
  expect(writerOf({ parameters }, hasAdapter)).toBe(writer);
});

describe('the worth of a suggestion', () => {
  test.each<[string, string, number]>([
    ['is the typing its line saves, less a glance and the reading', 'x'.repeat(10), 7],
    ['is reduced by the reading of further lines', `${'x'.repeat(10)}\n${'y'.repeat(9)}`, 6],
    ['ignores surrounding blanks', `\n\t${'x'.repeat(10)}\n`, 7],
  ])('%s', (_, text, expected) => {
    expect(worthOf(text, 1)).toBeCloseTo(expected);
  });

  test('requires a higher chance for a short suggestion than for a long one', () => {
    expect([2, 5, 20].map((length) => worthOf('x'.repeat(length), 0.35) >= 0)).toEqual([false, false, true]);
  });

  test('suffices for a line of an adapter where the same line of a base is dropped', () => {
    const unsure = { confidence: -0.18 };
    expect(worthShowing(written({ ...unsure, writer: 'adapter' }), true)).toBe(line);
    expect(worthShowing(written(unsure), true)).toBe(null);
  });

  const further = `${line}\n${'  further();\n'.repeat(20)}`;
  test.each([
    ['all of a likely line', line, true, line],
    ['the first line when what follows is too long', further, true, line],
    ['nothing when that line cannot stand alone', further, false, null],
    ['nothing when the line is unlikely', further.replace(line, 'x'), true, null],
  ])('lets the editor show %s', (_, text, alone, shown) => {
    expect(worthShowing(written({ text, confidence: -0.1 }), alone)).toBe(shown);
  });
});
