import { describe, expect, it } from 'vitest';
import { threadMs } from '../common/testing.ts';
import { applied, changeBetween, type LineChange } from './change.ts';
import { placesLike, repeatLastChange } from './repeatLastChange.ts';

/** The file after a change of its first differing lines. */
function edited(before: string, after: string): { lines: string[]; last: LineChange } {
  const last = changeBetween('f', 0, before.split('\n'), after.split('\n'))!;
  const lines = applied(before.split('\n'), last);
  return { lines, last };
}

const repeated = (before: string, after: string): string | null => {
  const { lines, last } = edited(before, after);
  return repeatLastChange(lines, { from: 0, to: lines.length }, last)?.join('\n') ?? null;
};

describe('repeating the last change', () => {
  it.each([
    [
      'a name',
      'def f(w, h):\n  return w * h',
      'def f(width, h):\n  return w * h',
      'def f(width, h):\n  return width * h',
    ],
    ['nothing when names change places', 'f(a, b)\ng(b + a)', 'f(x, a)\ng(b + a)', null],
    ['two names', 'f(a, b)\ng(b + a)', 'f(x, y)\ng(b + a)', 'f(x, y)\ng(y + x)'],
    ['a name that is left in the same line', 'sum(w, w)', 'sum(width, w)', 'sum(width, width)'],
    ['a name, not a member of that name', 'f(w)\nthis.w = w', 'f(width)\nthis.w = w', 'f(width)\nthis.w = width'],
    [
      'a member, not a name like it',
      'this.w = w\nuse(this.w, w)',
      'this.width = w\nuse(this.w, w)',
      'this.width = w\nuse(this.width, w)',
    ],
    [
      'nothing inside strings',
      'f(w)\ng("w", \'it is w\', w)',
      'f(x)\ng("w", \'it is w\', w)',
      'f(x)\ng("w", \'it is w\', x)',
    ],
    [
      'a name interpolated in a string',
      'f(w)\ng(f"w {w}", `w ${w}`)',
      'f(x)\ng(f"w {w}", `w ${w}`)',
      'f(x)\ng(f"w {x}", `w ${x}`)',
    ],
    ['a name after a lone apostrophe', "f(w)\n// don't w", "f(x)\n// don't w", "f(x)\n// don't x"],
    [
      'a name, not a word with one more accent in either encoding',
      'f(cafe)\ng(caf\u00e9, cafe\u0301, cafe)',
      'f(tea)\ng(caf\u00e9, cafe\u0301, cafe)',
      'f(tea)\ng(caf\u00e9, cafe\u0301, tea)',
    ],
    ['a name with combining vowel signs', 'f(मूल्य)\ng(मूल्य)', 'f(दाम)\ng(मूल्य)', 'f(दाम)\ng(दाम)'],
    ['a name, not a part of a word', 'f(w)\nwide(w)', 'f(width)\nwide(w)', 'f(width)\nwide(width)'],
    [
      'an argument of the same call',
      'log(a, 1)\n  log(b, 1)\n  log(a, 1)',
      'log(a, 1, x)\n  log(b, 1)\n  log(a, 1)',
      'log(a, 1, x)\n  log(b, 1)\n  log(a, 1, x)',
    ],
    [
      'a value in the same surroundings',
      'x = 1\ny = 1\nif x: x = 1',
      'x = 2\ny = 1\nif x: x = 1',
      'x = 2\ny = 1\nif x: x = 2',
    ],
    ['no keyword in other surroundings', 'let a = f();\nlet b = f();', 'const a = f();\nlet b = f();', null],
    ['lines that were deleted', 'print(a, b)\nx\n\tprint(a, b)\ny', 'x\n\tprint(a, b)\ny', 'x\ny'],
    [
      'lines that were replaced',
      '  f(a)\n  g(b)\nz\n    f(a)\n    g(b)',
      '  both(a, b)\nz\n    f(a)\n    g(b)',
      '  both(a, b)\nz\n    both(a, b)',
    ],
    ['nothing when a line was added', 'f(a)\nf(a)', 'f(a)\ng(a)\nf(a)', null],
    ['nothing when it occurs nowhere else', 'f(a)\nf(c)', 'f(b)\nf(c)', null],
    ['nothing for brackets alone', '}\nx\n}', 'x\n}', null],
  ])('repeats %s', (_, before, after, expected) => {
    expect(repeated(before, after)).toBe(expected);
  });

  it('stays within the region', () => {
    const { lines, last } = edited('f(w)\ng(w)\nh(w)', 'f(width)\ng(w)\nh(w)');
    expect(repeatLastChange(lines, { from: 2, to: 3 }, last)).toEqual(['h(width)']);
    expect(repeatLastChange(lines, { from: 0, to: 1 }, last)).toBeNull();
  });

  it('takes little time in long files and lines', async () => {
    const long = Array.from({ length: 50_000 }, (_, i) => `value${i} = compute(w, ${i})`);
    const last = { path: 'f', line: 3, before: ['f(w)'], after: ['f(width)'] };
    const ms = await threadMs(() => {
      expect(placesLike(long, last)).toHaveLength(50);
      expect(repeatLastChange(['w '.repeat(500_000)], { from: 0, to: 1 }, last)).toBeNull();
      const data = 'w '.repeat(500_000);
      expect(repeatLastChange([data], { from: 0, to: 1 }, { ...last, before: [data], after: [`${data}x`] })).toBeNull();
    });
    expect(ms).toBeLessThan(2000);
  });
});

describe('places like the last change', () => {
  it('are the uses, nearest first, and then the calls', () => {
    const before = ['area(1, 2)', '', 'def area(w):', '  x = 1', '  return w', '', 'w = 3', 'area(1)'].join('\n');
    const { lines, last } = edited(before, before.replace('def area(w)', 'def area(width)'));
    expect(placesLike(lines, last)).toEqual([4, 6, 0, 7]);
  });

  it('are calls when a parameter was added', () => {
    const before = ['def area(w):', '  return w', 'area(1)', 'area'].join('\n');
    const { lines, last } = edited(before, before.replace('area(w)', 'area(w, h)'));
    expect(placesLike(lines, last)).toEqual([2]);
  });

  it('are none when nothing is like it', () => {
    const { lines, last } = edited('a\nb', 'a\nb\nc');
    expect(placesLike(lines, last)).toEqual([]);
  });
});
