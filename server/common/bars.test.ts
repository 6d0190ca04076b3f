import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Bar, barsLine, barsTable, holds, problemOf, report } from './bars.ts';

afterEach(() => {
  process.exitCode = 0;
  vi.restoreAllMocks();
});

const MISSING = undefined as unknown as number;
const NULL = null as unknown as number;

test.each<[number, Bar['op'], number, boolean]>([
  [1, '<=', 1, true],
  [1.01, '<=', 1, false],
  [1, '>=', 1, true],
  [0.99, '>=', 1, false],
  [-5, '<=', 0, true],
])('%d %s %d: %s', (value, op, bar, expected) => {
  expect(holds({ name: 'a', value, op, bar })).toBe(expected);
});

describe.each<[string, number]>([
  ['NaN, of nothing by nothing', Number.NaN],
  ['Infinity, of something by nothing', Number.POSITIVE_INFINITY],
  ['-Infinity, the largest of none', Number.NEGATIVE_INFINITY],
  ['undefined', MISSING],
  ['null, which compares as 0', NULL],
])('a value that is not a finite number misses every bar: %s', (_title, value) => {
  test.each<[Bar['op'], number]>([
    ['<=', 0],
    ['>=', 0],
    ['>=', 1.2],
    ['<=', 100],
  ])('%s %d', (op, limit) => {
    const bar = { name: 'ratio', value, op, bar: limit };
    expect(holds(bar)).toBe(false);
    expect(JSON.parse(barsLine([bar]))).toEqual({
      bars: [{ name: 'ratio', value: null, op, bar: limit, problem: problemOf(bar) }],
    });
    expect(barsTable([bar])).toMatch(/^MISS ratio no number /);
  });
});

test('a bar whose limit is not a number is missed', () => {
  const bar: Bar = { name: 'a', value: 0, op: '<=', bar: MISSING };
  expect(holds(bar)).toBe(false);
  expect(problemOf(bar)).toBe('a could not be measured: its bar is no number. So the bar is missed.');
});

test.each([true, false])('with --json: %s, a missed bar and a value that is not finite set the exit status', (json) => {
  const [log, error] = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')].map((spy) => spy.mockReturnValue());
  const good: Bar = { name: 'good', value: 1, op: '<=', bar: 2 };
  report([good], json);
  expect(process.exitCode).toBe(0);
  expect(error).not.toHaveBeenCalled();
  report([good, { ...good, value: 3 }], json);
  expect(process.exitCode).toBe(1);
  process.exitCode = 0;
  report([good, { ...good, name: 'ratio', value: Number.POSITIVE_INFINITY }], json, { runs: 1 });
  expect(process.exitCode).toBe(1);
  expect(error).toHaveBeenCalledExactlyOnceWith(
    'ratio could not be measured: its value is no number. So the bar is missed.',
  );
  const told = String(log!.mock.lastCall?.[0]);
  expect(told.split('\n')).toHaveLength(json ? 1 : 2);
  if (json)
    expect(JSON.parse(told)).toMatchObject({ runs: 1, bars: [{ name: 'good' }, { name: 'ratio', value: null }] });
});
