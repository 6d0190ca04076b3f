import { expect, it } from 'vitest';
import { MOST_LINES, type StandingLines, standing, standingShare } from './standing.ts';

const NONE: StandingLines = new Map();

it('recognizes lines at any indentation, and stores none of their text', () => {
  const known = standing(NONE, '  const total = sum(parts);\n  return total / parts.length;\n}', 1);
  expect(standingShare(known, '\t\treturn total / parts.length;')).toBe(1);
  expect(standingShare(known, 'return total / parts.length;\nsomething.quite(different);')).toBe(0.5);
  expect(JSON.stringify([...known])).not.toMatch(/total|parts/);
});

it('weighs a line more when it has stood longer, and never less again', () => {
  const soon = standing(NONE, 'connect(host, port);', 0.3);
  expect(standingShare(soon, 'connect(host, port);')).toBe(0.3);
  const later = standing(soon, 'connect(host, port);', 1);
  expect(standingShare(standing(later, 'connect(host, port);', 0.3), 'connect(host, port);')).toBe(1);
});

it('ignores lines that stand everywhere', () => {
  expect(standing(NONE, '}\nreturn x\n});', 1).size).toBe(0);
});

it('forgets the lines unseen for longest beyond its limit', () => {
  let known = NONE;
  const line = (i: number): string => `line number ${i} of many`;
  for (let from = 0; from < MOST_LINES; from += 500)
    known = standing(known, Array.from({ length: 500 }, (_, i) => line(from + i)).join('\n'), 1);
  known = standing(known, line(0), 1);
  known = standing(known, 'one more line than fits', 1);
  expect(known.size).toBe(MOST_LINES);
  expect([line(0), line(1), line(2)].map((text) => standingShare(known, text))).toEqual([1, 0, 1]);
});
